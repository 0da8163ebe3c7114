/** Tests of the package of this name. */
@NullMarked
package dev.millrace.bench.scale;

import org.jspecify.annotations.NullMarked;
