/** Tests of exact money. */
@NullMarked
package dev.millrace.contracts.money;

import org.jspecify.annotations.NullMarked;
