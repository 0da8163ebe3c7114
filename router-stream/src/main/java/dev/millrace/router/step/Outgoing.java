package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** What records may carry besides their value, so that they fit into the topics after this one. */
public final class Outgoing {
    /** Key and headers of others' making, in bytes; the topics leave room for them and for ours. */
    static final int MAX_FOREIGN_BYTES = 32 * 1024;

    /** What a batch of one record has besides key, value and headers, and a header's lengths. */
    private static final int BATCH_BYTES = 128;

    private static final int HEADER_BYTES = 10;

    private Outgoing() {}

    /** The most bytes that a record can have on its way, alone in its batch. */
    public static int bytesOf(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        long bytes = BATCH_BYTES + bytesOf(key) + bytesOf(value) + bytesOf(headers);
        bytes += (long) HEADER_BYTES * headers.toArray().length;
        return (int) Math.min(Integer.MAX_VALUE, bytes);
    }

    private static int bytesOf(byte @Nullable [] part) {
        return part == null ? 0 : part.length;
    }

    /** Headers of its own for a record that goes on, since one record may have several ends. */
    static Headers copy(Headers headers) {
        return new RecordHeaders(headers);
    }

    static long bytesOf(Headers headers) {
        long bytes = 0;
        for (Header header : headers) {
            bytes += header.key().getBytes(UTF_8).length;
            bytes += header.value() == null ? 0 : header.value().length;
        }
        return bytes;
    }
}
