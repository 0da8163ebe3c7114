/**
 * The clients of the control topic, whose records and state {@link dev.millrace.contracts.control}
 * defines.
 *
 * <p>{@link dev.millrace.control.ControlFollower} reads the topic on its own thread and provides
 * the state to any thread. On the caller's thread, {@link dev.millrace.control.ControlWriter}
 * writes commands of operators, {@link dev.millrace.control.ControlPublisher} writes records caused
 * by clients, and {@link dev.millrace.control.UnknownTopicRetry} waits for newly created topics.
 * Depends on {@code contracts} and Kafka's clients.
 *
 * <p>{@code docs/decisions/006-control-topic.md} has the reasons.
 */
@NullMarked
package dev.millrace.control;

import org.jspecify.annotations.NullMarked;
