/**
 * The partitions that a sink reads: all of them, or a share from a consumer group, each from the
 * offset in the database. Used by the sink's thread only. Depends on the database, kafka and row
 * packages.
 */
@NullMarked
package dev.millrace.sink.partition;

import org.jspecify.annotations.NullMarked;
