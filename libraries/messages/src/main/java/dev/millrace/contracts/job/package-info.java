/**
 * Jobs as submitted: identity, endpoint, options and the parsed view of a request's bytes; the
 * definitions of endpoints and wires, and the headers that a call passes on. Pure values, except
 * that {@link dev.millrace.contracts.job.Endpoints} are known to the whole process.
 *
 * <p>{@code docs/decisions/007-bodies-and-wires.md} has the reasons.
 */
@NullMarked
package dev.millrace.contracts.job;

import org.jspecify.annotations.NullMarked;
