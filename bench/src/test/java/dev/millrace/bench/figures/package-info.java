/** Tests of the package of this name. */
@NullMarked
package dev.millrace.bench.figures;

import org.jspecify.annotations.NullMarked;
