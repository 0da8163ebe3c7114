package dev.millrace.router.cache.store;

import java.util.Objects;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

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

    byte[] encode() {
        Header[] all = headers.toArray();
        var out = new EntryWriter(VERSION, value.length + all.length * TYPICAL_HEADER_BYTES);
        out.number(timestamp).count(all.length);
        for (Header header : all) {
            out.text(header.key()).bytes(header.value());
        }
        return out.bytes(value).toBytes();
    }

    static LookupRecord decode(byte[] entry) {
        var in = new EntryReader(entry, VERSION, "a waiting job");
        long timestamp = in.number();
        int count = in.count();
        var headers = new RecordHeaders();
        for (int i = 0; i < count; i++) {
            headers.add(in.text(), in.bytes());
        }
        return new LookupRecord(headers, Objects.requireNonNull(in.bytes()), timestamp);
    }
}
