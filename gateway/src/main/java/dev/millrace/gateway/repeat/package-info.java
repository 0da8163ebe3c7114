/**
 * Recognizes requests that repeat an earlier one by their {@code Idempotency-Key}: uploads, batches
 * and jobs. Repeated calls are recognized by the package {@code job} instead, since their answers
 * are results of jobs.
 *
 * <p>Runs on the threads of requests, which may block. Depends on {@code contracts}, {@link
 * dev.millrace.gateway.http} and {@link dev.millrace.gateway.store}.
 *
 * <p>{@code docs/decisions/004-gateway-batches.md} has the reasons.
 */
@NullMarked
package dev.millrace.gateway.repeat;

import org.jspecify.annotations.NullMarked;
