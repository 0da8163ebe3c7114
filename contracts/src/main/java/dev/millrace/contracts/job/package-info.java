/**
 * Jobs as submitted: identity, endpoint, options and the parsed view of a request's bytes. Pure
 * values.
 *
 * <p>{@code docs/decisions/007-bodies-and-wires.md} has the reasons.
 */
@NullMarked
package dev.millrace.contracts.job;

import org.jspecify.annotations.NullMarked;
