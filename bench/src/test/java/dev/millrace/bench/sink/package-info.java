/** Tests of {@code bench sink}. */
@NullMarked
package dev.millrace.bench.sink;

import org.jspecify.annotations.NullMarked;
