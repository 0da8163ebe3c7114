/**
 * One Kafka node (broker and controller) inside this process, for runs without a cluster.
 *
 * <p>Kafka's own threads run it; {@link dev.millrace.broker.EmbeddedBroker} is started and closed
 * by any one thread. Depends on Kafka's server modules and on nothing of Millrace.
 *
 * <p>{@code docs/decisions/001-start.md} has the reasons.
 */
@NullMarked
package dev.millrace.broker;

import org.jspecify.annotations.NullMarked;
