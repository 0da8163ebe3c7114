package dev.millrace.retrieval.background;

import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Fails if the topics of a task were deleted and created again, so that a {@link RestartingThread}
 * opens them again. Belongs to one thread.
 */
public final class ReplacedTopicCheck {
    /** Time between two checks. */
    public static final Duration INTERVAL = Duration.ofSeconds(5);

    private final BooleanSupplier isReplaced;
    private final LongSupplier nanoTicker;
    private long checkedNanos;

    /**
     * @param isReplaced returns true if a topic was created again; must not block
     */
    public ReplacedTopicCheck(BooleanSupplier isReplaced, LongSupplier nanoTicker) {
        this.isReplaced = isReplaced;
        this.nanoTicker = nanoTicker;
        checkedNanos = nanoTicker.getAsLong();
    }

    /**
     * Checks the topics if a check is due.
     *
     * @throws IOException if a topic was created again
     */
    public void runOnce() throws IOException {
        long now = nanoTicker.getAsLong();
        if (now - checkedNanos < INTERVAL.toNanos()) {
            return;
        }
        checkedNanos = now;
        if (isReplaced.getAsBoolean()) {
            throw new IOException(
                    "the topic of documents or of vectors was created again or got partitions; it is opened again");
        }
    }
}
