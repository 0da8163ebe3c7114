/**
 * The sink: reads committed results, cost events and dead letters, and writes them to a database.
 *
 * <p>{@link dev.millrace.sink.Sink} starts one thread that polls records, converts them to rows
 * (package kafka), stores the rows with their offsets in one transaction (package database), and
 * notifies the listener. Other programs read the database through the package store.
 */
@NullMarked
package dev.millrace.sink;

import org.jspecify.annotations.NullMarked;
