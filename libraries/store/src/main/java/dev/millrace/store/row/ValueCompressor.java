package dev.millrace.store.row;

import com.github.luben.zstd.ZstdCompressCtx;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compresses the large values of one transaction with zstd. Reuses the native tables, which are
 * expensive to create for each value. Used by one thread.
 */
public final class ValueCompressor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ValueCompressor.class);

    /** Shorter values are not compressed, since they gain little. */
    private static final int MIN_BYTES = 2_048;

    /** The fastest usual level, which compresses several hundred MB/s. */
    private static final int LEVEL = 1;

    /** Null until the first large value. */
    private @Nullable ZstdCompressCtx context;

    /** Creates a compressor, which allocates native memory on first use. */
    public ValueCompressor() {}

    /** Returns the stored form of a value. */
    public StoredValue stored(byte @Nullable [] value) {
        if (value == null || value.length < MIN_BYTES) {
            return new StoredValue(value, null);
        }
        byte[] compressed = compressed(value);
        return compressed.length < value.length
                ? new StoredValue(compressed, value.length)
                : new StoredValue(value, null);
    }

    /** Compresses a value; returns it unchanged if the native library cannot be loaded. */
    private byte[] compressed(byte[] value) {
        try {
            ZstdCompressCtx current = context;
            if (current == null) {
                current = new ZstdCompressCtx().setLevel(LEVEL);
                context = current;
            }
            return current.compress(value);
        } catch (LinkageError e) {
            LOG.atDebug()
                    .addKeyValue("problem", e.getMessage())
                    .log("values are stored without compression");
            return value;
        }
    }

    /** Frees the native memory. */
    @Override
    public void close() {
        if (context != null) {
            context.close();
            context = null;
        }
    }
}
