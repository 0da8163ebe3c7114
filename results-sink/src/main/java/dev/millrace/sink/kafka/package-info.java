/**
 * The Kafka side of the sink: the lookup of partitions and the conversion of records to rows. Used
 * by the sink's thread only. Depends on the row package and on contracts.
 */
@NullMarked
package dev.millrace.sink.kafka;

import org.jspecify.annotations.NullMarked;
