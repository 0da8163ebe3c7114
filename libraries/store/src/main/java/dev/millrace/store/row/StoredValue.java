package dev.millrace.store.row;

import com.github.luben.zstd.Zstd;
import org.jspecify.annotations.Nullable;

/**
 * A record's value as stored: unchanged, or compressed with zstd if it is large.
 *
 * @param bytes bytes to store; null for a record without a value
 * @param originalBytes number of bytes before compression; null if the value is not compressed
 */
public record StoredValue(byte @Nullable [] bytes, @Nullable Integer originalBytes) {

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
