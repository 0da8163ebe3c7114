/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.control;

import org.jspecify.annotations.NullMarked;
