package dev.millrace.router.waiting;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.util.Objects;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The record of a waiting job: the request as its value, and all other facts of the job as headers.
 *
 * @param headers shared, must not be modified
 * @param value shared, must not be modified
 * @param timestamp of the record, in milliseconds since the epoch
 */
public record WaitingRecord(Headers headers, byte[] value, long timestamp) {
    /** Name of the header with the key of the request's record, if it had one. */
    public static final String KEY = MillraceHeaders.PREFIX + "key";

    private static final byte VERSION = 1;
    private static final int TYPICAL_HEADER_BYTES = 64;

    /** Returns the key of the request's record; null for none. */
    public byte @Nullable [] key() {
        Header key = headers.lastHeader(KEY);
        return key == null ? null : key.value();
    }

    /** Returns the entry of this record. */
    public byte[] encode() {
        int headerBytes = headers.toArray().length * TYPICAL_HEADER_BYTES;
        return new EntryWriter(VERSION, value.length + headerBytes)
                .number(timestamp)
                .headers(headers)
                .bytes(value)
                .toBytes();
    }

    /** Reads an entry written by {@link #encode}; throws any exception for another entry. */
    public static WaitingRecord decode(byte[] entry) {
        var in = new EntryReader(entry, VERSION, "a waiting job");
        long timestamp = in.number();
        Headers headers = in.headers();
        return new WaitingRecord(headers, Objects.requireNonNull(in.bytes()), timestamp);
    }
}
