/**
 * Handles decisions that throw: only the record concerned ends, and the router keeps running. Has
 * the exceptions for a router that cannot start, or that would route requests again.
 *
 * <p>Shared by all stream threads. Depends on {@code message}.
 *
 * <p>{@code docs/decisions/009-router-steps.md} has the reasons.
 */
@NullMarked
package dev.millrace.router.failure;

import org.jspecify.annotations.NullMarked;
