/**
 * Random histories of the worker's loop on simulated time: worker processes that crash, pause, join
 * and leave; a consumer group and a transaction coordinator with the brokers' rules; a provider
 * that is slow, throttles, breaks and keeps a ledger. One seed is one history. {@link
 * dev.millrace.worker.simulation.Checker} holds what must be true in all of them.
 *
 * <p>Each process has a thread of its own, and exactly one thread runs at a time: whoever waits for
 * simulated time hands the turn on. So a history is the same each time.
 */
@NullMarked
package dev.millrace.worker.simulation;

import org.jspecify.annotations.NullMarked;
