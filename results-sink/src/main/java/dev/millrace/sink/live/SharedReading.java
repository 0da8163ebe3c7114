package dev.millrace.sink.live;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A reading that all streams share. It is repeated at most once a second, and so rarely that it
 * takes at most a fifth of the time, however slow the database or the cluster is.
 */
public final class SharedReading {
    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(900);
    private static final int SHARE = 5;

    private final Source source;
    private final LongSupplier nanoTicker;
    private byte @Nullable [] latest;
    private long dueNanos;
    private long version;

    /** Creates a reading that begins with the first question. */
    public SharedReading(Source source, LongSupplier nanoTicker) {
        this.source = source;
        this.nanoTicker = nanoTicker;
    }

    /** Reads a JSON object without line breaks. */
    public interface Source {
        byte[] read() throws IOException;
    }

    /**
     * A JSON object.
     *
     * @param version grows with each reading
     */
    public record Version(long version, byte[] json) {}

    /**
     * Returns the latest reading, after repeating it if it is old.
     *
     * @throws IOException when the reading fails; the next question repeats it
     */
    public synchronized Version get() throws IOException {
        byte[] json = latest;
        long begin = nanoTicker.getAsLong();
        if (json == null || begin - dueNanos >= 0) {
            try {
                json = source.read();
                latest = json;
                version++;
            } finally {
                long end = nanoTicker.getAsLong();
                dueNanos = end + Math.max(SHORTEST_NANOS, SHARE * (end - begin));
            }
        }
        return new Version(version, json);
    }
}
