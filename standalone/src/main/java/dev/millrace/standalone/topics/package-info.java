/**
 * Makes the topics of a cluster what the configuration says they should be. What to do is decided
 * by {@link dev.millrace.standalone.topics.TopicSteps}, a value; {@link
 * dev.millrace.standalone.topics.TopicAdmin} does it, on the caller's thread. Depends on contracts
 * and on Kafka's admin client.
 */
@NullMarked
package dev.millrace.standalone.topics;

import org.jspecify.annotations.NullMarked;
