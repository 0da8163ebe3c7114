package dev.millrace.bench.cluster;

import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Creates numbered records, whose number can be read again from the output. */
@FunctionalInterface
public interface JobFactory {
    /**
     * Creates the record with the given number.
     *
     * @param number 0 or more
     */
    ProducerRecord<byte[], byte[]> of(long number, Instant submittedAt);
}
