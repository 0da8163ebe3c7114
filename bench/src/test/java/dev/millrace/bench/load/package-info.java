/** Tests of the package of this name. */
@NullMarked
package dev.millrace.bench.load;

import org.jspecify.annotations.NullMarked;
