/**
 * Handles decisions that throw: only the record concerned ends, and the router keeps running. Has
 * the exception for a router that cannot start.
 *
 * <p>Shared by all stream threads. Depends on {@code message}.
 *
 * <p>{@code docs/decisions/009-router-steps.md} has the reasons.
 */
@NullMarked
package dev.millrace.router.failure;

import org.jspecify.annotations.NullMarked;
