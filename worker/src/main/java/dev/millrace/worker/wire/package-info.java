/**
 * What is specific to a provider's HTTP API. A wire is one {@link
 * dev.millrace.worker.wire.WireAdapter}: paths, headers, and the content of an answer. What token
 * counts mean is the same for all wires: {@link dev.millrace.contracts.usage.UsageRules}.
 *
 * <p>All wires share how errors and waits are read, because gateways and self-hosted servers mix
 * the spellings of the APIs that they imitate:
 *
 * <pre>
 * body ──► ErrorBody ──► Signatures ─┬─► StatusRules       status and body to an error code
 *          names,        what they   ├─► ImpliedStatus     an error within a 200 to a status
 *          message       mean        └─► RetryAfterParser  a message to a wait; also headers
 * </pre>
 *
 * <p>To understand another error of a provider, add a line to {@code signatures.tsv}, which
 * explains its columns; {@code SignaturesTest} checks each line by its own example. Only a code or
 * message in a field that {@code ErrorBody} does not know needs code.
 *
 * <p>Pure functions of status, headers and bytes, called on the thread of a call. Depends on
 * contracts and on the module provider-wire.
 *
 * <p>{@code docs/decisions/007-bodies-and-wires.md} has the reasons.
 */
@NullMarked
package dev.millrace.worker.wire;

import org.jspecify.annotations.NullMarked;
