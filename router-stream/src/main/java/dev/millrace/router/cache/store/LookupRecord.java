package dev.millrace.router.cache.store;

import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.util.Objects;
import org.apache.kafka.common.header.Headers;

/**
 * The record of a job that looks up an answer.
 *
 * @param headers shared, must not be modified
 * @param value shared, must not be modified
 * @param timestamp of the record, in milliseconds since the epoch
 */
public record LookupRecord(Headers headers, byte[] value, long timestamp) {
    private static final byte VERSION = 1;
    private static final int TYPICAL_HEADER_BYTES = 64;

    /** Returns the record as the entry of a waiting job. */
    public byte[] encode() {
        int headerBytes = headers.toArray().length * TYPICAL_HEADER_BYTES;
        return new EntryWriter(VERSION, value.length + headerBytes)
                .number(timestamp)
                .headers(headers)
                .bytes(value)
                .toBytes();
    }

    /** Reads what {@link #encode} wrote. */
    public static LookupRecord decode(byte[] entry) {
        var in = new EntryReader(entry, VERSION, "a waiting job");
        long timestamp = in.number();
        Headers headers = in.headers();
        return new LookupRecord(headers, Objects.requireNonNull(in.bytes()), timestamp);
    }
}
