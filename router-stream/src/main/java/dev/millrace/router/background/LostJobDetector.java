package dev.millrace.router.background;

import dev.millrace.contracts.service.StoppableThread;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects unfinished jobs that are lost: the job's final cost event expired unread, or its job
 * topic was deleted. Job topics never expire records, so a job can wait for any time, and its age
 * alone does not show that it is lost.
 *
 * <p>Once an hour, the detector computes a bound, {@link #MARGIN} before the timestamp of the
 * oldest job in any job topic. Without jobs, or if this timestamp is in the future, the bound is
 * {@link #MARGIN} before now. A job that was routed before the previous hour's bound is lost. The
 * hour in between leaves time to read a cost event that has just been written.
 *
 * <p>Runs on a dedicated thread. If a lookup fails, the bound stays unchanged.
 */
public final class LostJobDetector implements LongSupplier, AutoCloseable {
    static final Duration INTERVAL = Duration.ofHours(1);

    /**
     * Longest lag of one request partition behind another. A job topic has jobs in the order of
     * their routing, not of their requests.
     */
    static final Duration MARGIN = Duration.ofDays(7);

    private static final Logger LOG = LoggerFactory.getLogger(LostJobDetector.class);

    private final OldestJobLookup oldest;
    private final InstantSource clock;
    private final StoppableThread thread =
            StoppableThread.every(INTERVAL, "lost-jobs", this::runOnce);
    private long nextBound = Long.MIN_VALUE;
    private volatile long lostBefore = Long.MIN_VALUE;

    /** Looks up the oldest job in the job topics. */
    @FunctionalInterface
    public interface OldestJobLookup {
        /** Returns a lower bound of the timestamps in the job topics; empty without jobs. */
        Optional<Instant> lowerBound()
                throws InterruptedException, ExecutionException, TimeoutException;
    }

    public LostJobDetector(OldestJobLookup oldest, InstantSource clock) {
        this.oldest = oldest;
        this.clock = clock;
    }

    public void start() {
        thread.start();
    }

    void runOnce() throws InterruptedException {
        try {
            Instant now = clock.instant();
            Instant bound = oldest.lowerBound().filter(it -> it.isBefore(now)).orElse(now);
            lostBefore = nextBound;
            nextBound = bound.minus(MARGIN).toEpochMilli();
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            LOG.atDebug()
                    .addKeyValue("problem", String.valueOf(e.getMessage()))
                    .log("Cannot look up the oldest unfinished job; will retry");
        }
    }

    /**
     * Returns the time before which unfinished jobs are lost, in milliseconds since the epoch. Any
     * thread may call it.
     */
    @Override
    public long getAsLong() {
        return lostBefore;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
