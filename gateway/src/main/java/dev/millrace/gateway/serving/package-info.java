/**
 * Why jobs wait: which services read the requests and jobs of a pipeline, by the members of their
 * consumer groups, and what the control state says. Kafka knows the members, so services announce
 * nothing.
 *
 * <p>Values, safe on any thread. Depends on contracts, the store and Kafka's admin client.
 *
 * <p>{@code docs/decisions/006-control-topic.md} has the reasons.
 */
@NullMarked
package dev.millrace.gateway.serving;

import org.jspecify.annotations.NullMarked;
