/**
 * The loop's ports to Kafka: the consumer of job topics and the transactional producer, on the
 * loop's thread but for the wake-up; and what the cluster knows of the topics, which is asked on
 * virtual threads of its own, so that the loop never waits.
 */
@NullMarked
package dev.millrace.worker.kafka;

import org.jspecify.annotations.NullMarked;
