/**
 * The sink: stores committed results, cost events, dead letters and manifests in the database.
 * {@link dev.millrace.sink.Sink} starts its thread, which stores rows and offsets in one database
 * transaction.
 *
 * <ul>
 *   <li>{@code partition} the partitions that this sink reads, and from where
 *   <li>{@code kafka} converts records to rows
 * </ul>
 *
 * <p>{@code docs/decisions/024-sink.md} has the reasons.
 */
@NullMarked
package dev.millrace.sink;

import org.jspecify.annotations.NullMarked;
