/**
 * Uploaded files: storing them, reading uploads, and OpenAI's Files API.
 *
 * <p>Runs on the threads of requests, which may block. Depends on {@code contracts}, {@link
 * dev.millrace.gateway.http}, {@link dev.millrace.gateway.repeat}, {@link
 * dev.millrace.gateway.store} and the multipart reader of Apache Commons FileUpload.
 */
@NullMarked
package dev.millrace.gateway.file;

import org.jspecify.annotations.NullMarked;
