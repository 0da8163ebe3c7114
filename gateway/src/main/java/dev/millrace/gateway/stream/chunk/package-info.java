/**
 * Reads the chunks of streamed answers from Kafka, on one thread, and keeps them until the request
 * threads have sent them. Depends on nothing else of the gateway.
 */
@NullMarked
package dev.millrace.gateway.stream.chunk;

import org.jspecify.annotations.NullMarked;
