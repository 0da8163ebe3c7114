package dev.millrace.worker.adaptive;

import dev.millrace.worker.adaptive.ProbedLevel.Probing;
import java.time.Duration;

/**
 * Lowers the level to the calls that the provider accepted: a rate by the share of refused calls, a
 * number of calls in flight to the accepted calls.
 */
final class LevelDecrease {
    /**
     * Calls added to a sample before its refused share is computed, so that a small sample lowers
     * the level less.
     */
    static final int CAUTION = 20;

    /** The calls to add for the limit, and for a level that is a guess. */
    private static final int CAUTION_OF_LIMIT = 5;

    /**
     * Factor by which a limit drops when calls are refused again: it was at least slightly too
     * high.
     */
    private static final double DRIFT = 0.99;

    /** A level beyond this multiple of the limit shows another limit. */
    private static final double ANOTHER_LIMIT = 1.15;

    /** A decrease always leaves at least this part of the level. */
    static final double LEAST_REMAINING = 0.5;

    private static final double LEAST_OF_MINUTE = 0.85;
    private static final double IN_FLIGHT = 0.98;

    /** Share of a window: if fewer calls are accepted, the calls in flight are not the limit. */
    private static final double FILLED = 0.8;

    private static final long PAUSE_NANOS = Duration.ofSeconds(5).toNanos();

    private final CallLimiter limiter;
    private final CallHistory history;
    private final UnavoidableShare unavoidable;
    private final RefusalEvidence evidence;

    /** Time of the last decrease to the accepted calls in flight. */
    private long filledNanos;

    LevelDecrease(
            CallLimiter limiter, CallHistory history, UnavoidableShare unavoidable, long nowNanos) {
        this.limiter = limiter;
        this.history = history;
        this.unavoidable = unavoidable;
        evidence = new RefusalEvidence(history, unavoidable);
        filledNanos = nowNanos - PAUSE_NANOS;
    }

    /**
     * Lowers the calls in flight to the number of accepted ones, although most calls are refused:
     * each slot too many is refused again and again.
     *
     * @return false if the calls in flight are not the limit, or lowering them helped only for a
     *     moment
     */
    boolean toAcceptedInFlight(long nowNanos) {
        double accepted = history.acceptedOf(limiter.inFlight(), nowNanos);
        if (limiter.isPaced()
                || limiter.isOpen()
                || accepted < FILLED * limiter.window()
                || nowNanos - filledNanos < PAUSE_NANOS) {
            return false;
        }
        filledNanos = nowNanos;
        limiter.set(accepted * IN_FLIGHT, accepted, Probing.CAREFUL);
        return true;
    }

    /** Lowers the level because of the refused calls. */
    void by(CallSample refused, long nowNanos) {
        if (!limiter.isPaced()) {
            lowerWindow(evidence.isStrong(refused), nowNanos);
        } else if (limiter.level().probing() == Probing.SLOW) {
            double limit = knownLimit();
            double least = limiter.level().limit() * LEAST_OF_MINUTE;
            limiter.set(Math.max(least, loweredBy(refused)), limit, Probing.SLOW);
        } else {
            lowerPace(refused, nowNanos);
        }
    }

    private void lowerWindow(boolean isStrong, long nowNanos) {
        double used = limiter.used();
        double accepted = Math.min(used, history.acceptedOf(limiter.inFlight(), nowNanos));
        double size = Math.max(used * LEAST_REMAINING, accepted * IN_FLIGHT);
        limiter.set(size, isStrong ? accepted : knownLimit(), Probing.CAREFUL);
    }

    private void lowerPace(CallSample refused, long nowNanos) {
        double rate = limiter.used();
        boolean isKnown = rate < limiter.level().limit() * ANOTHER_LIMIT;
        double limit = knownLimit();
        if (evidence.isStrong(refused)) {
            limit = Math.min(limit, rate * remaining(refused, CAUTION_OF_LIMIT));
        }
        // The provider accepts as many calls again, whatever its window is.
        double least = history.lastMinute(nowNanos).accepted() / 60.0 * LEAST_REMAINING;
        limiter.set(
                Math.max(least, loweredBy(refused)),
                limit,
                isKnown ? Probing.CAREFUL : Probing.EAGER);
    }

    private double loweredBy(CallSample refused) {
        boolean isGuess = limiter.level().probing() == Probing.EAGER && !unavoidable.isKnown();
        int caution = isGuess ? CAUTION_OF_LIMIT : CAUTION;
        return limiter.used() * remaining(refused, caution) * ProbedLevel.AT_LIMIT;
    }

    private double knownLimit() {
        return Math.max(limiter.level().limit() * DRIFT, limiter.used());
    }

    /** Returns the part of the level that would have been accepted. */
    private double remaining(CallSample refused, int caution) {
        return unavoidable.remaining(refused, caution, LEAST_REMAINING);
    }
}
