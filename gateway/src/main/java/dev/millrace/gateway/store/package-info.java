/**
 * The store of files and of the records about files and batches: the port {@link
 * dev.millrace.gateway.store.FileStore}, and the one on a disk. The one in a bucket is in {@code
 * s3}.
 *
 * <p>Runs on the threads of its callers, which may block. Depends on nothing.
 *
 * <p>{@code docs/decisions/004-gateway-batches.md} has the reasons.
 */
@NullMarked
package dev.millrace.gateway.store;

import org.jspecify.annotations.NullMarked;
