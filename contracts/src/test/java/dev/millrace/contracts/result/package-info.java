/** Tests of results, cost events and dead letters. */
@NullMarked
package dev.millrace.contracts.result;

import org.jspecify.annotations.NullMarked;
