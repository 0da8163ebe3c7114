/**
 * {@code millrace bench idle}: the CPU and memory of an idle pipeline, compared with a bare broker
 * and Streams.
 */
@NullMarked
package dev.millrace.bench.idle;

import org.jspecify.annotations.NullMarked;
