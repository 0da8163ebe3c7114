/** Tests of the forwarding of chunks, with the producer that the Kafka clients bring for tests. */
@NullMarked
package dev.millrace.worker.chunk;

import org.jspecify.annotations.NullMarked;
