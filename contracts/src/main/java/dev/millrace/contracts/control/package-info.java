/**
 * What stands in the control topic: policies, ramps, guards, cancellations, pauses and first-use
 * markers. Keys and codecs of its records, and the state that they fold into, are pure values.
 *
 * <p>{@link dev.millrace.contracts.control.ControlFollower} reads the topic on a thread of its own
 * and shows its state to any other; {@link dev.millrace.contracts.control.ControlWriter} writes on
 * the caller's. Depends on {@code policy}, {@code config} and Kafka's clients.
 */
@NullMarked
package dev.millrace.contracts.control;

import org.jspecify.annotations.NullMarked;
