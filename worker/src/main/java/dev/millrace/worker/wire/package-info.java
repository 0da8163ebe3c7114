/**
 * What is specific to a provider's HTTP API. A wire is one {@link
 * dev.millrace.worker.wire.WireAdapter}: paths, headers, and the content of an answer. What token
 * counts mean is the same for all wires: {@link dev.millrace.contracts.usage.UsageRules}.
 *
 * <p>All wires share how errors ({@code ErrorBody}, {@code StatusRules}) and waits ({@code
 * RetryAfterParser}) are read, because gateways and self-hosted servers mix the spellings of the
 * APIs that they imitate.
 *
 * <p>Pure functions of status, headers and bytes, called on the thread of a call. Depends on
 * contracts only.
 */
@NullMarked
package dev.millrace.worker.wire;

import org.jspecify.annotations.NullMarked;
