/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.contracts.control;

import org.jspecify.annotations.NullMarked;
