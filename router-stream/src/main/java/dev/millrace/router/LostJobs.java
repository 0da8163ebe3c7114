package dev.millrace.router;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which unfinished jobs are lost: the end of such a job has expired unread, or its topic
 * was deleted. Job topics expire nothing, so a job may live for any time, and no age alone tells.
 * Each hour the router notes a bound: {@link #MARGIN} before the oldest job in any job topic, or
 * before now if none is older. A job is lost when it was routed before the bound of the previous
 * look. The hour between leaves time to read an end that has just been written.
 *
 * <p>Looks once an hour, on a thread of its own; as long as a look fails the one before holds.
 */
final class LostJobs implements LongSupplier, AutoCloseable {
    static final Duration EVERY = Duration.ofHours(1);

    /**
     * Jobs stand in a topic in the order in which they were routed, and not in the order of their
     * requests: one partition of the requests may lag behind the others by so much.
     */
    static final Duration MARGIN = Duration.ofDays(7);

    private static final Logger LOG = LoggerFactory.getLogger(LostJobs.class);

    private final OldestJob oldest;
    private final InstantSource clock;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private long found = Long.MIN_VALUE;
    private volatile long lostBefore = Long.MIN_VALUE;

    /** Asks a cluster for its oldest unfinished job. */
    @FunctionalInterface
    interface OldestJob {
        /** Returns a time that is not after that of any job in a job topic; empty without jobs. */
        Optional<Instant> look() throws InterruptedException, ExecutionException, TimeoutException;
    }

    LostJobs(OldestJob oldest, InstantSource clock) {
        this.oldest = oldest;
        this.clock = clock;
        thread = Thread.ofVirtual().name("lost-jobs").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                runOnce();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void runOnce() throws InterruptedException {
        try {
            Instant now = clock.instant();
            Instant last = oldest.look().filter(it -> it.isBefore(now)).orElse(now);
            lostBefore = found;
            found = last.minus(MARGIN).toEpochMilli();
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            LOG.atDebug()
                    .addKeyValue("problem", String.valueOf(e.getMessage()))
                    .log("The oldest unfinished job is not known; tried again later");
        }
    }

    /** Returns the time before which unfinished jobs are lost; from any thread. */
    @Override
    public long getAsLong() {
        return lostBefore;
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }
}
