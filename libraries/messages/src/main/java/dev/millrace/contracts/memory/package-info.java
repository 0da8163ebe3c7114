/**
 * Computes the heap limits for the jobs and buffers of each service in a process, and bounds the
 * bytes that a consumer reads in one poll.
 *
 * <p>{@code docs/decisions/017-capacity.md} has the reasons.
 */
@NullMarked
package dev.millrace.contracts.memory;

import org.jspecify.annotations.NullMarked;
