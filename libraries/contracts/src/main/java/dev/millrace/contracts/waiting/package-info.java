/**
 * Why jobs wait: one vocabulary for all services, metrics, commands and clients. Pure values.
 * Depends on {@code job} and {@code json}.
 *
 * <p>{@code docs/decisions/006-control-topic.md} has the reasons.
 */
@NullMarked
package dev.millrace.contracts.waiting;

import org.jspecify.annotations.NullMarked;
