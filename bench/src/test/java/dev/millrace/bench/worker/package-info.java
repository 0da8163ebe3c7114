/** Tests of the package of this name. */
@NullMarked
package dev.millrace.bench.worker;

import org.jspecify.annotations.NullMarked;
