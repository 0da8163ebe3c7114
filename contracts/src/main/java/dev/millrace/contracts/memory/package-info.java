/**
 * Computes how much heap the jobs and buffers of each service in a process may use, and bounds what
 * the consumers of the services read at once.
 *
 * <p>{@code docs/decisions/017-capacity.md} has the reasons.
 */
@NullMarked
package dev.millrace.contracts.memory;

import org.jspecify.annotations.NullMarked;
