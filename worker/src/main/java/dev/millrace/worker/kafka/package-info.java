/**
 * The loop's ports to Kafka. The loop's thread uses the consumer of the job topics and the
 * transactional producer, except for the wakeup. Metadata of the topics is requested on virtual
 * threads, so that the loop never waits.
 */
@NullMarked
package dev.millrace.worker.kafka;

import org.jspecify.annotations.NullMarked;
