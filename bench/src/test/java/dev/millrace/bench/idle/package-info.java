/** Tests of {@code bench idle}. */
@NullMarked
package dev.millrace.bench.idle;

import org.jspecify.annotations.NullMarked;
