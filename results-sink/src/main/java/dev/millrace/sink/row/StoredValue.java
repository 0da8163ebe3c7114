package dev.millrace.sink.row;

import com.github.luben.zstd.Zstd;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A record's value as stored: unchanged, or compressed with zstd if it is large.
 *
 * @param bytes bytes to store; null for a record without a value
 * @param originalBytes number of bytes before compression; null if the value is not compressed
 */
public record StoredValue(byte @Nullable [] bytes, @Nullable Integer originalBytes) {
    private static final Logger LOG = LoggerFactory.getLogger(StoredValue.class);

    /** Shorter values are not compressed, since they gain little. */
    private static final int MIN_BYTES = 2_048;

    /** The fastest usual level, which compresses several hundred MB/s. */
    private static final int LEVEL = 1;

    /** Returns the form in which to store a value. */
    public static StoredValue of(byte @Nullable [] value) {
        if (value == null || value.length < MIN_BYTES) {
            return new StoredValue(value, null);
        }
        byte[] compressed = compressed(value);
        return compressed.length < value.length
                ? new StoredValue(compressed, value.length)
                : new StoredValue(value, null);
    }

    /** Compresses a value; returns it unchanged if the native library cannot be loaded. */
    private static byte[] compressed(byte[] value) {
        try {
            return Zstd.compress(value, LEVEL);
        } catch (LinkageError e) {
            LOG.atDebug()
                    .addKeyValue("problem", e.getMessage())
                    .log("values are stored without compression");
            return value;
        }
    }

    /**
     * Returns the value of a record as it was read from Kafka.
     *
     * @param bytes stored bytes
     * @param originalBytes number of bytes before compression; 0 if the value is not compressed
     */
    public static byte[] original(byte[] bytes, int originalBytes) {
        return originalBytes == 0 ? bytes : Zstd.decompress(bytes, originalBytes);
    }
}
