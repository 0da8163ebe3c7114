/**
 * Exchanges requests and responses over HTTP, directly or through a proxy, on the virtual thread of
 * the call. Every exchange ends as exactly one value, whatever happens. Keys and logins are never
 * shown. Bodies are read, streamed or not, within the memory that answers may take.
 *
 * <p>Depends on {@code answer}, {@code capacity}, {@code port} and {@code wire}.
 *
 * <p>{@code docs/decisions/019-calls-and-fallbacks.md} has the reasons.
 */
@NullMarked
package dev.millrace.worker.http;

import org.jspecify.annotations.NullMarked;
