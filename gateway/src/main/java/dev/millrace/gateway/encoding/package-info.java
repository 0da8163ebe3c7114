/**
 * Decodes compressed bodies of requests ({@code Content-Encoding}). Runs on the threads of
 * requests. Depends on Helidon, zstd and the reader of gzip files.
 */
@NullMarked
package dev.millrace.gateway.encoding;

import org.jspecify.annotations.NullMarked;
