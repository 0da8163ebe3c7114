/**
 * The sink: reads committed results, cost events, dead letters and manifests, and writes them to a
 * database.
 *
 * <p>{@link dev.millrace.sink.Sink} starts one thread that polls the partitions of this sink
 * (package partition), converts records to rows (package kafka), stores the rows with their offsets
 * in one transaction (package database), and notifies the listener. Other programs read the
 * database through the packages store and usage.
 *
 * <p>{@code docs/decisions/024-sink.md} has the reasons.
 */
@NullMarked
package dev.millrace.sink;

import org.jspecify.annotations.NullMarked;
