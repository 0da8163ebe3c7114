package dev.millrace.router.edge;

import dev.millrace.contracts.header.MillraceHeaders;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** What records may carry besides their value, so that they fit into the topics after this one. */
public final class Outgoing {
    /** Key and headers of others' making, in bytes; the topics leave room for them and for ours. */
    public static final int MAX_FOREIGN_BYTES = 32 * 1024;

    /** What a batch of one record has besides key, value and headers, and a header's lengths. */
    private static final int BATCH_BYTES = 128;

    private static final int HEADER_BYTES = 10;

    /** In UTF-8. */
    private static final int MOST_BYTES_A_CHAR = 3;

    private Outgoing() {}

    /** The most bytes that a record can have on its way, alone in its batch. */
    public static int bytesOf(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        long bytes = BATCH_BYTES + bytesOf(key) + bytesOf(value);
        for (Header header : headers) {
            bytes += HEADER_BYTES + (long) MOST_BYTES_A_CHAR * header.key().length();
            bytes += bytesOf(header.value());
        }
        return (int) Math.min(Integer.MAX_VALUE, bytes);
    }

    private static long bytesOf(byte @Nullable [] part) {
        return part == null ? 0 : part.length;
    }

    /** What a record brought besides the headers that only Millrace may write. */
    public static Headers foreign(Headers headers) {
        var foreign = new RecordHeaders();
        for (Header header : headers) {
            if (!header.key().startsWith(MillraceHeaders.PREFIX)) {
                foreign.add(header);
            }
        }
        return foreign;
    }

    /** Of their names and values, and the most that their lengths take: there may be millions. */
    public static long bytesOf(Headers headers) {
        long bytes = 0;
        for (Header header : headers) {
            bytes += HEADER_BYTES + Utils.utf8Length(header.key());
            bytes += bytesOf(header.value());
        }
        return bytes;
    }
}
