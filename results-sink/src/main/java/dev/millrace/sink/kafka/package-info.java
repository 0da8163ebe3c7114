/**
 * The Kafka side of the sink: which partitions there are, a consumer of committed records, and what
 * a record is. Called by the sink's thread only. Depends on the row package and on contracts.
 */
@NullMarked
package dev.millrace.sink.kafka;

import org.jspecify.annotations.NullMarked;
