/**
 * Creates and adjusts the topics of a cluster as the configuration says. {@link
 * dev.millrace.standalone.topics.TopicActions} decides what to do; {@link
 * dev.millrace.standalone.topics.TopicAdmin} does it on the caller's thread. Depends on contracts,
 * on the console package and on Kafka's admin client.
 */
@NullMarked
package dev.millrace.standalone.topics;

import org.jspecify.annotations.NullMarked;
