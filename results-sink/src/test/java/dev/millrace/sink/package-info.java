/** Tests of the package of this name. */
@NullMarked
package dev.millrace.sink;

import org.jspecify.annotations.NullMarked;
