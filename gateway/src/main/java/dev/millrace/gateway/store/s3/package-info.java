/**
 * Stores files in a bucket of S3 or of a compatible server: {@link
 * dev.millrace.gateway.store.s3.S3FileStore}.
 *
 * <p>Runs on the threads of its callers, which may block. The only package that depends on the AWS
 * SDK. A gateway that stores files in a folder loads no class of the SDK.
 */
@NullMarked
package dev.millrace.gateway.store.s3;

import org.jspecify.annotations.NullMarked;
