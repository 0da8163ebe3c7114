/**
 * One Kafka node (broker and controller) inside this process, for runs that have no cluster of
 * their own.
 *
 * <p>Kafka's own threads run it; {@link dev.millrace.standalone.broker.EmbeddedBroker} is started
 * and closed by any one thread. Depends on Kafka's server modules and on nothing of Millrace.
 */
@NullMarked
package dev.millrace.standalone.broker;

import org.jspecify.annotations.NullMarked;
