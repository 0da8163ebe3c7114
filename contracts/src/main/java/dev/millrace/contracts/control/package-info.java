/**
 * The control topic: policies, ramps, guards, cancellations, pauses and first-use markers. The keys
 * and codecs of its records, and the state built from them, are pure values.
 *
 * <p>{@link dev.millrace.contracts.control.ControlFollower} reads the topic on its own thread and
 * provides the state to any thread; {@link dev.millrace.contracts.control.ControlWriter} writes on
 * the caller's thread. Depends on {@code policy}, {@code config} and Kafka's clients.
 */
@NullMarked
package dev.millrace.contracts.control;

import org.jspecify.annotations.NullMarked;
