/**
 * Handles decisions that throw: only the record concerned ends, and the router keeps running.
 *
 * <p>Shared by all stream threads. Depends on {@code message}.
 */
@NullMarked
package dev.millrace.router.failure;

import org.jspecify.annotations.NullMarked;
