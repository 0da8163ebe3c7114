/** What is computed of what was seen: pure, without clock, Kafka or process. */
@NullMarked
package dev.millrace.bench.figures;

import org.jspecify.annotations.NullMarked;
