package dev.millrace.router.records;

import dev.millrace.contracts.header.MillraceHeaders;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** Computes the sizes of records that the router writes, and filters their headers. */
public final class OutgoingRecords {
    /**
     * Bound of a request's key and user headers, in bytes. Topic limits leave room for them and for
     * Millrace's headers.
     */
    public static final int MAX_USER_BYTES = 32 * 1024;

    /** Overhead of a batch of one record. */
    private static final int BATCH_BYTES = 128;

    /** Upper bound of the length fields of a header. */
    private static final int HEADER_BYTES = 10;

    private static final int MAX_UTF8_BYTES_PER_CHAR = 3;

    private OutgoingRecords() {}

    /** Returns an upper bound of the size of a batch that holds only this record. */
    public static int maxBytes(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        long bytes = BATCH_BYTES + bytesOf(key) + bytesOf(value);
        for (Header header : headers) {
            bytes += HEADER_BYTES + (long) MAX_UTF8_BYTES_PER_CHAR * header.key().length();
            bytes += bytesOf(header.value());
        }
        return (int) Math.min(Integer.MAX_VALUE, bytes);
    }

    private static long bytesOf(byte @Nullable [] part) {
        return part == null ? 0 : part.length;
    }

    /** Returns the headers of a record without the headers that only Millrace can write. */
    public static Headers userHeaders(Headers headers) {
        var userHeaders = new RecordHeaders();
        for (Header header : headers) {
            if (!header.key().startsWith(MillraceHeaders.PREFIX)) {
                userHeaders.add(header);
            }
        }
        return userHeaders;
    }

    /**
     * Returns an upper bound of the size of headers. Their length fields count too, since a record
     * can have millions of empty headers.
     */
    public static long headerBytes(Headers headers) {
        long bytes = 0;
        for (Header header : headers) {
            bytes += HEADER_BYTES + Utils.utf8Length(header.key());
            bytes += bytesOf(header.value());
        }
        return bytes;
    }
}
