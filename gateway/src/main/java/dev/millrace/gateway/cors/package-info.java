/**
 * Which web pages may read the answers of the gateway (CORS). Runs on the threads of requests.
 * Depends on Helidon only.
 */
@NullMarked
package dev.millrace.gateway.cors;

import org.jspecify.annotations.NullMarked;
