/**
 * The sink: reads results, cost events and dead letters, committed ones only, and writes them into
 * a database.
 *
 * <p>{@link dev.millrace.sink.Sink} starts one thread that repeats: poll, turn records into rows
 * (package kafka), store them together with the offsets they came from in one transaction (package
 * database), tell the listener. Other programs read the database through package store.
 */
@NullMarked
package dev.millrace.sink;

import org.jspecify.annotations.NullMarked;
