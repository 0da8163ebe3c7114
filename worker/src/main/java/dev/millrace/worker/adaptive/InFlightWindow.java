package dev.millrace.worker.adaptive;

import dev.millrace.worker.adaptive.ProbedLevel.Probing;
import dev.millrace.worker.quota.CallEnd;
import java.time.Duration;

/**
 * Bounds a model's calls in flight. Starts small and doubles every second. An unlimited provider
 * thus reaches full speed within a few seconds, and a limited one refuses few calls before it is
 * noticed.
 *
 * <p>Shrinks when a full window makes answers much slower, since some providers queue calls instead
 * of refusing them. The time of an answer is divided by its length, so that long answers do not
 * count as slow. The shortest time is forgotten slowly, because a provider can become slower for
 * other reasons.
 */
final class InFlightWindow {
    private static final int START = 10;
    private static final Duration DOUBLING = Duration.ofSeconds(1);
    private static final double MAX_DOUBLINGS = 0.1;
    private static final long GROWTH_NANOS = Duration.ofMillis(50).toNanos();

    /** Fewest calls of a round; a round is about the time in which a full window ends. */
    private static final int MIN_ROUND = 20;

    /** Number of calls whose mean time is one sample of the shortest time. */
    private static final int SAMPLE = 20;

    /** Answers that take longer than this multiple of the shortest time are much slower. */
    private static final double MUCH_SLOWER = 4;

    /** Answers faster than this are never slow: fewer calls in flight would gain nothing. */
    private static final double SLOW_NANOS = 5e9;

    /** A window is full if this share of it is in use. */
    private static final double FULL = 0.8;

    private static final double SHRINK = 0.8;
    private static final double FORGET = 1.01;

    /** The overhead of an answer, in output tokens. */
    private static final int OVERHEAD_TOKENS = 50;

    private final int bound;
    private final ProbedLevel level;
    private boolean isStarting;
    private boolean wasFull;
    private long grownNanos;

    private Sum sample = new Sum();
    private Sum round = new Sum();
    private double shortestNanosPerToken = Double.MAX_VALUE;

    /**
     * @param bound calls in flight that other limits allow in any case, 1 or more
     */
    InFlightWindow(int bound, long nowNanos) {
        this.bound = bound;
        level = new ProbedLevel(Math.min(START, bound), nowNanos);
        isStarting = bound > START;
        grownNanos = nowNanos;
    }

    /** Returns the highest number of calls in flight. */
    int size() {
        return (int) Math.min(bound, level.value());
    }

    ProbedLevel level() {
        return level;
    }

    boolean isOpen() {
        return size() >= bound;
    }

    boolean isStarting() {
        return isStarting;
    }

    /**
     * Records that the window holds back a call.
     *
     * @return the nanoseconds after which it can have grown; 0 if it cannot grow
     */
    long onFull(long nowNanos) {
        wasFull = true;
        if (isOpen()) {
            return 0;
        }
        if (!isStarting) {
            level.onHeldBack();
            level.step(ProbedLevel.MANY_CALLS, nowNanos);
            return ProbedLevel.STEP.toNanos();
        }
        double doublings = (nowNanos - grownNanos) / (double) DOUBLING.toNanos();
        // After an idle time, only calls in flight are evidence.
        grow(level.value() * (Math.pow(2, Math.min(MAX_DOUBLINGS, doublings)) - 1));
        grownNanos = nowNanos;
        return GROWTH_NANOS;
    }

    /** Records that another limit has held back calls, which could have filled the window. */
    void onHeldBack() {
        wasFull = true;
    }

    /**
     * Returns true if the window holds back no call, so that calls are no evidence about a limit.
     */
    boolean isUnused() {
        return isStarting && !wasFull;
    }

    /** Opens the window, because the provider's limit is known by other means. */
    void open() {
        set(bound, bound, Probing.CAREFUL);
    }

    /** Restarts the growth with few calls, or with those in flight if they are more. */
    void restart(int inFlight) {
        resume(Math.min(Math.max(START, inFlight), bound));
    }

    /** Continues the start, from a number of calls. */
    void resume(double size) {
        set(size, size, Probing.EAGER);
        isStarting = size < bound;
    }

    /** Sets the calls in flight and the limit at which they grow carefully. */
    void set(double size, double limit, Probing probing) {
        level.set(Math.clamp(size, 1, bound), Math.min(limit, bound), probing);
        isStarting = false;
    }

    /**
     * Records the end of a call that was not refused.
     *
     * @param inFlight calls in flight before the end
     */
    void onEnded(CallEnd end, int inFlight) {
        switch (end.kind()) {
            case ANSWERED, TIMED_OUT -> count(end, inFlight);
            case THROTTLED, FAILED -> {}
        }
    }

    private void grow(double by) {
        double size = Math.clamp(level.value() + by, 1, bound);
        level.set(size, size, Probing.EAGER);
        isStarting = size < bound;
    }

    private void count(CallEnd end, int inFlight) {
        sample.add(end);
        round.add(end);
        if (sample.calls == SAMPLE) {
            shortestNanosPerToken = Math.min(shortestNanosPerToken, sample.nanosPerToken());
            sample = new Sum();
        }
        if (round.calls >= Math.max(MIN_ROUND, size() / 2)) {
            endRound(inFlight);
            round = new Sum();
            wasFull = false;
        }
    }

    private void endRound(int inFlight) {
        boolean isMuchSlower =
                round.nanosPerToken() > MUCH_SLOWER * shortestNanosPerToken
                        && round.nanos / round.calls > SLOW_NANOS;
        if (isMuchSlower && inFlight >= FULL * size()) {
            double smaller = Math.max(Math.min(START, bound), size() * SHRINK);
            set(smaller, smaller, Probing.SLOW);
        }
        shortestNanosPerToken *= FORGET;
    }

    /** The sums of some calls. */
    private static final class Sum {
        int calls;
        double nanos;
        double tokens;

        void add(CallEnd end) {
            calls++;
            nanos += end.tookNanos();
            tokens += OVERHEAD_TOKENS + end.outputTokens();
        }

        double nanosPerToken() {
            return nanos / tokens;
        }
    }
}
