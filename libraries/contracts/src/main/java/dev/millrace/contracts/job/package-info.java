/**
 * Jobs as submitted: identity, endpoint, options and the parsed view of a request's bytes; the wire
 * of a provider and the headers that a call passes on. Pure values.
 *
 * <p>{@code docs/decisions/007-bodies-and-wires.md} has the reasons.
 */
@NullMarked
package dev.millrace.contracts.job;

import org.jspecify.annotations.NullMarked;
