/**
 * Requests and answers over HTTP: routes, callers, errors, compressed bodies ({@code
 * Content-Encoding}), and which web pages may read the answers (CORS). Knows nothing of the
 * pipeline. Runs on the threads of requests. Depends on {@code connection}, Helidon and zstd.
 */
@NullMarked
package dev.millrace.gateway.http;

import org.jspecify.annotations.NullMarked;
