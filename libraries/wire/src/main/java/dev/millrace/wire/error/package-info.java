/**
 * Readers of errors, waits and limits. All wires share the readers, because gateways and
 * self-hosted servers mix the spellings of the APIs that they imitate:
 *
 * <pre>
 * body ──► ErrorBody ──► Signatures ─┬─► StatusRules       status and body to an error code
 *          names,        what they   ├─► ImpliedStatus     an error within a 200 to a status
 *          message       mean        └─► RetryAfterParser  a message to a wait; also headers
 * </pre>
 *
 * <p>To understand another error of a provider, add a line to {@code signatures.tsv}, which
 * explains its columns; {@code SignaturesTest} checks each line by the example in the line. Only a
 * code or message in a field that {@code ErrorBody} does not know needs code.
 *
 * <p>Pure functions of status, headers and bytes, called on the thread of a call. Depends on
 * contracts.
 *
 * <p>{@code docs/decisions/007-bodies-and-wires.md} has the reasons.
 */
@NullMarked
package dev.millrace.wire.error;

import org.jspecify.annotations.NullMarked;
