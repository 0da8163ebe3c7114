/** Computes figures from observations. Pure functions without clock, Kafka or processes. */
@NullMarked
package dev.millrace.bench.figures;

import org.jspecify.annotations.NullMarked;
