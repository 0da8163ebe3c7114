/**
 * API keys: identify the sender of a request and the sender's permissions.
 *
 * <p>Keys come from control, so a changed key takes effect within a second. Each instance enforces
 * its share of the limits of a key. The classes can be used from any thread. Depends on {@code
 * http}.
 *
 * <p>{@code docs/decisions/005-access.md} has the reasons.
 */
@NullMarked
package dev.millrace.gateway.key;

import org.jspecify.annotations.NullMarked;
