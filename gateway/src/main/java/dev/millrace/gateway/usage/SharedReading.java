package dev.millrace.gateway.usage;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A reading that all streams share. It is repeated at most once a second, and takes at most a fifth
 * of the time, however slow the database or cluster is. A failed reading is repeated no sooner.
 */
final class SharedReading {
    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(900);
    private static final int SHARE = 5;

    private final Source source;
    private final LongSupplier nanoTicker;
    private @Nullable Outcome latest;
    private long dueNanos;
    private long version;

    /** Creates a reading that begins with the first question. */
    SharedReading(Source source, LongSupplier nanoTicker) {
        this.source = source;
        this.nanoTicker = nanoTicker;
    }

    /** Reads a JSON object without line breaks. */
    interface Source {
        byte[] read() throws IOException;
    }

    /**
     * A JSON object.
     *
     * @param version grows with each reading
     */
    record Version(long version, byte[] json) {}

    /** The end of a reading. */
    private sealed interface Outcome {
        record Read(Version version) implements Outcome {}

        record Failed(IOException failure) implements Outcome {}

        record Broken(RuntimeException failure) implements Outcome {}
    }

    /**
     * Returns the latest reading; first repeats an old reading.
     *
     * @throws IOException when the latest reading failed
     */
    synchronized Version get() throws IOException {
        Outcome outcome = latest;
        long begin = nanoTicker.getAsLong();
        if (outcome == null || begin - dueNanos >= 0) {
            outcome = read();
            latest = outcome;
            long end = nanoTicker.getAsLong();
            dueNanos = end + Math.max(SHORTEST_NANOS, SHARE * (end - begin));
        }
        return switch (outcome) {
            case Outcome.Read(Version read) -> read;
            case Outcome.Failed(IOException failure) -> throw failure;
            case Outcome.Broken(RuntimeException failure) -> throw failure;
        };
    }

    private Outcome read() {
        try {
            byte[] json = source.read();
            version++;
            return new Outcome.Read(new Version(version, json));
        } catch (IOException e) {
            return new Outcome.Failed(e);
        } catch (RuntimeException e) {
            return new Outcome.Broken(e);
        }
    }
}
