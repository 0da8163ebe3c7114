package dev.millrace.worker.adaptive;

import java.time.Duration;
import java.util.Arrays;

/**
 * Counts the started and refused calls of the last minute, by the start of each call. Counting by
 * the end would mislead, because refusals arrive long before answers. Their share of the calls that
 * <em>ended</em> in a second is far larger than their share of the calls that <em>started</em> in
 * it.
 */
class CallHistory {
    /** Calls that start within this time are a cohort. */
    static final Duration COHORT = Duration.ofMillis(20);

    private static final int COHORTS = 3_000;

    /** Most cohorts that start between the announcement and the sending of a call. */
    private static final int MOST_ANNOUNCED = 50;

    private static final Duration FIRST_REFUSAL = Duration.ofMillis(30);
    private static final double SHORTER = 0.1;

    /** Number of calls in a sample above which older calls are weak evidence about the present. */
    private static final int MOST_CALLS = 2_000;

    /** Calls and refused calls by cohort, modulo the length. The last cohort is incomplete. */
    private final int[] calls = new int[COHORTS + 1];

    private final int[] refused = new int[COHORTS + 1];

    /** Start of the first cohort. */
    private final long originNanos;

    private long last;

    /** The waits that the latest refusals asked for. */
    private final long[] waits = new long[5];

    private int waitCount;

    /** Time after which a refusal arrives: the maximum, which shorter times slowly reduce. */
    private double refusalNanos = FIRST_REFUSAL.toNanos();

    CallHistory(long nowNanos) {
        originNanos = nowNanos;
    }

    void onStarted(long nowNanos) {
        moveTo(nowNanos);
        calls[index(last)]++;
    }

    /** Removes a call that has just been counted as started and is not made. */
    void onWithdrawn(long nowNanos) {
        moveTo(nowNanos);
        int index = index(last);
        calls[index] = Math.max(refused[index], calls[index] - 1);
    }

    /** Adds the wait that a refusal asks for; 0 for none. */
    void addWait(long nanos) {
        waits[waitCount++ % waits.length] = nanos;
    }

    /**
     * Returns the shortest of the latest waits; 0 if one of the refusals named none. When refusals
     * have different causes, the shortest wait is safest: a call that starts too early is only
     * refused again.
     */
    long shortestWaitNanos() {
        return Arrays.stream(waits, 0, Math.min(waitCount, waits.length)).min().orElse(0);
    }

    void onRefused(long startedNanos, long nowNanos) {
        moveTo(nowNanos);
        long took = nowNanos - startedNanos;
        refusalNanos = Math.max((double) took, refusalNanos + (took - refusalNanos) * SHORTER);
        long cohort = cohortOf(startedNanos);
        if (last - cohort < COHORTS && refused[index(cohort)] < calls[index(cohort)]) {
            refused[index(cohort)]++;
        }
    }

    /**
     * Returns the cohort of a call. A call counts from its announcement, slightly before its
     * sending.
     */
    private long cohortOf(long sentNanos) {
        long sent = Math.clamp(cohort(sentNanos), 0, last);
        for (long cohort = sent; cohort >= 0 && sent - cohort <= MOST_ANNOUNCED; cohort--) {
            if (refused[index(cohort)] < calls[index(cohort)]) {
                return cohort;
            }
        }
        return sent;
    }

    /** Returns the calls that started in a period, limited to the last minute. */
    CallSample between(long fromNanos, long toNanos) {
        long from = oldest(fromNanos);
        long to = Math.min(last, cohort(toNanos));
        long started = 0;
        long refusals = 0;
        for (long cohort = from; cohort <= to; cohort++) {
            started += calls[index(cohort)];
            refusals += refused[index(cohort)];
        }
        return from > to ? CallSample.NONE : new CallSample(started, refusals, nanos(from, to));
    }

    /**
     * Returns the calls that started in a period, without refused calls at its beginning: a window
     * that earlier calls have used up refuses them at any level.
     */
    CallSample sinceAccepted(long fromNanos, long toNanos) {
        long from = oldest(fromNanos);
        while (from <= last && calls[index(from)] == refused[index(from)]) {
            from++;
        }
        return between(originNanos + from * COHORT.toNanos(), toNanos);
    }

    /**
     * Returns the calls up to a time that are the strongest evidence of more refusals than
     * expected; {@link CallSample#NONE} for no evidence.
     *
     * @param fromNanos calls that started earlier do not count
     * @param leastRefused fewest refused calls that count as evidence
     */
    CallSample strongest(long fromNanos, long toNanos, double expected, int leastRefused) {
        long from = oldest(fromNanos);
        long to = Math.min(last, cohort(toNanos));
        long started = 0;
        long refusals = 0;
        CallSample strongest = CallSample.NONE;
        double most = 0;
        for (long cohort = to; cohort >= from && started < MOST_CALLS; cohort--) {
            started += calls[index(cohort)];
            refusals += refused[index(cohort)];
            if (refused[index(cohort)] > 0 && refusals >= leastRefused) {
                var sample = new CallSample(started, refusals, nanos(cohort, to));
                double evidence = sample.evidenceOfMoreThan(expected);
                if (evidence > most) {
                    most = evidence;
                    strongest = sample;
                }
            }
        }
        return strongest;
    }

    /** Returns the time of the last calls whose refusals have arrived by now. */
    long decidedNanos(long nowNanos) {
        return nowNanos - (long) refusalNanos - COHORT.toNanos();
    }

    /** Returns the number of calls in flight that will probably not be refused; 1 or more. */
    double acceptedOf(int inFlight, long nowNanos) {
        long decided = decidedNanos(nowNanos);
        CallSample undecided = between(decided + COHORT.toNanos(), nowNanos);
        CallSample latest = between(decided - (long) (2 * refusalNanos), decided);
        return Math.max(1, inFlight - undecided.accepted() * latest.share());
    }

    CallSample lastMinute(long nowNanos) {
        moveTo(nowNanos);
        return between(originNanos, nowNanos);
    }

    /**
     * Returns the number of the last minute's calls that are certain to be accepted: they have
     * lasted for twice as long as refusals take.
     */
    long certainlyAccepted(long nowNanos) {
        moveTo(nowNanos);
        return between(originNanos, nowNanos - (long) (2 * refusalNanos)).accepted();
    }

    private long oldest(long nanos) {
        return Math.max(Math.max(0, last - COHORTS + 1), cohort(nanos));
    }

    private static long nanos(long from, long to) {
        return (to - from + 1) * COHORT.toNanos();
    }

    private long cohort(long nanos) {
        return Math.floorDiv(nanos - originNanos, COHORT.toNanos());
    }

    private static int index(long cohort) {
        return (int) (cohort % (COHORTS + 1));
    }

    private void moveTo(long nowNanos) {
        long now = cohort(nowNanos);
        for (long cleared = Math.max(last + 1, now - COHORTS); cleared <= now; cleared++) {
            calls[index(cleared)] = 0;
            refused[index(cleared)] = 0;
        }
        last = Math.max(last, now);
    }
}
