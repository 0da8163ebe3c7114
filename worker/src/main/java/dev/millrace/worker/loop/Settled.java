package dev.millrace.worker.loop;

import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Something to be written for a partition.
 *
 * @param offset the job that is finished with it; {@link #NO_OFFSET} when none is
 */
record Settled(Partition partition, long offset, List<ProducerRecord<byte[], byte[]>> records) {
    static final long NO_OFFSET = -1;

    Settled {
        records = List.copyOf(records);
    }

    long bytes() {
        long bytes = 0;
        for (var record : records) {
            bytes += record.value() == null ? 0 : record.value().length;
        }
        return bytes;
    }
}
