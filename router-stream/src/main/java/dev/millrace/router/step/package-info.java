/**
 * The steps that a request takes, in their order: validate, dedupe, plan, route, lane; the two ends
 * that are no job: refuse (an error result) and bury (a dead letter); and settle, where jobs come
 * back. Each step is a thin processor over a pure decision.
 *
 * <p>A step belongs to one stream thread and one partition; only what is said to be shared is. The
 * topology that is made of them is put together here, so that this package depends on all others of
 * the router but the one that starts it.
 */
@NullMarked
package dev.millrace.router.step;

import org.jspecify.annotations.NullMarked;
