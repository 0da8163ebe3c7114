/**
 * API keys: who sends a request, and what the sender may do.
 *
 * <p>Keys come from control, so a change of them takes effect within a second. Each instance
 * enforces its share of the limits of a key. Classes may be used by any thread. Depends on {@code
 * http}.
 *
 * <p>{@code docs/decisions/005-access.md} has the reasons.
 */
@NullMarked
package dev.millrace.gateway.key;

import org.jspecify.annotations.NullMarked;
