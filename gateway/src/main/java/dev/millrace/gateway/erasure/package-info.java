/**
 * Deletes everything in the file store that belongs to a tenant or batch to be forgotten. A command
 * runs the deletion, even while gateways use the store.
 *
 * <p>Runs on the thread of its caller, which may block. Depends on {@link
 * dev.millrace.gateway.file}, {@link dev.millrace.gateway.repeat}, {@link
 * dev.millrace.gateway.store} and {@link dev.millrace.gateway.submission}.
 */
@NullMarked
package dev.millrace.gateway.erasure;

import org.jspecify.annotations.NullMarked;
