package dev.millrace.worker.job;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * The records of one partition that are polled but not admitted yet, and the next offset to poll.
 * Belongs to the loop's thread.
 */
public final class RecordBuffer {
    /** Approximate memory that the client uses for a record besides its bytes. */
    private static final int RECORD_OVERHEAD_BYTES = 512;

    private final Deque<ConsumerRecord<byte[], byte[]>> records = new ArrayDeque<>();
    private long bytes;
    private long polledTo;

    RecordBuffer() {}

    public void add(ConsumerRecord<byte[], byte[]> record) {
        records.add(record);
        bytes += bytes(record);
        onPolledTo(record.offset() + 1);
    }

    /** Records that every record below the offset has been polled. */
    public void onPolledTo(long offset) {
        polledTo = Math.max(polledTo, offset);
    }

    /** Returns the offset below which all records have been polled, and are taken or buffered. */
    public long polledTo() {
        return polledTo;
    }

    /** Takes out the next record, which must exist. */
    public ConsumerRecord<byte[], byte[]> take() {
        var record = records.remove();
        bytes -= bytes(record);
        return record;
    }

    /** Returns the next record; null when there is none. */
    public @Nullable ConsumerRecord<byte[], byte[]> peek() {
        return records.peek();
    }

    /** Drops the buffered records, which must be polled again. */
    public void clear() {
        var first = records.peek();
        if (first != null) {
            polledTo = first.offset();
        }
        records.clear();
        bytes = 0;
    }

    public boolean isEmpty() {
        return records.isEmpty();
    }

    public int size() {
        return records.size();
    }

    /** Returns the bytes that all buffered records hold in memory. */
    public long bytes() {
        return bytes;
    }

    /** Returns the bytes that a record holds in memory. */
    public static long bytes(ConsumerRecord<byte[], byte[]> record) {
        return (long) RECORD_OVERHEAD_BYTES
                + Math.max(0, record.serializedKeySize())
                + Math.max(0, record.serializedValueSize())
                + headerBytes(record);
    }

    private static long headerBytes(ConsumerRecord<byte[], byte[]> record) {
        long bytes = 0;
        for (Header header : record.headers()) {
            byte[] value = header.value();
            bytes += header.key().length() + (value == null ? 0 : value.length);
        }
        return bytes;
    }
}
