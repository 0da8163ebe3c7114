/**
 * Which services read the requests and jobs of a pipeline, by the members of their consumer groups.
 * Kafka knows them, so services announce nothing.
 *
 * <p>Values, safe on any thread. Depends on {@code job}, {@code topic}, {@code waiting} and Kafka's
 * admin client.
 *
 * <p>{@code docs/decisions/006-control-topic.md} has the reasons.
 */
@NullMarked
package dev.millrace.gateway.serving;

import org.jspecify.annotations.NullMarked;
