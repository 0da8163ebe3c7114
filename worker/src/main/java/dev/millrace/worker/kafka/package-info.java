/**
 * The loop's ports to Kafka: the consumer of job topics and the transactional producer. On the
 * loop's thread, but for the wake-up.
 */
@NullMarked
package dev.millrace.worker.kafka;

import org.jspecify.annotations.NullMarked;
