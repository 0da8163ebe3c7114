/**
 * Decodes compressed bodies of requests ({@code Content-Encoding}). Runs on the threads of
 * requests. Depends on Helidon and zstd only.
 */
@NullMarked
package dev.millrace.gateway.encoding;

import org.jspecify.annotations.NullMarked;
