package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** What records may carry besides their value, so that they fit into the topics after this one. */
final class Outgoing {
    /** Key and headers of others' making, in bytes; the topics leave room for them and for ours. */
    static final int MAX_FOREIGN_BYTES = 32 * 1024;

    private Outgoing() {}

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
