package dev.millrace.bench.cluster;

import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Makes records that tell their number again when they come out. */
@FunctionalInterface
public interface JobMaker {
    /**
     * The record of that number.
     *
     * @param number 0 or more
     */
    ProducerRecord<byte[], byte[]> of(long number, Instant submittedAt);
}
