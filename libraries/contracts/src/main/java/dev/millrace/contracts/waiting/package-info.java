/**
 * Why jobs wait: one vocabulary for all services, metrics, commands and clients. {@link
 * dev.millrace.contracts.waiting.LatestStart} decides how long a job may wait for a lower price.
 * Pure values, except {@link dev.millrace.contracts.waiting.RecentTimes}. Depends on {@code job}
 * and {@code json}.
 *
 * <p>{@code docs/decisions/006-control-topic.md} has the reasons.
 */
@NullMarked
package dev.millrace.contracts.waiting;

import org.jspecify.annotations.NullMarked;
