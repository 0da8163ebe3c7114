/** Tests of the package of this name. */
@NullMarked
package dev.millrace.bench.start;

import org.jspecify.annotations.NullMarked;
