/**
 * Deletion of what the store of files has of a tenant or of a batch that is to be forgotten. A
 * command runs it, also while gateways work with the store.
 *
 * <p>Runs on the thread of its caller, which may block. Depends on {@link
 * dev.millrace.gateway.file}, {@link dev.millrace.gateway.repeat}, {@link
 * dev.millrace.gateway.store} and {@link dev.millrace.gateway.submission}.
 */
@NullMarked
package dev.millrace.gateway.erasure;

import org.jspecify.annotations.NullMarked;
