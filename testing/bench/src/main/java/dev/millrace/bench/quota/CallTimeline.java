package dev.millrace.bench.quota;

import dev.millrace.simulator.calllog.CallOutcome;
import dev.millrace.simulator.calllog.LoggedCall;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** The arrivals of calls at a provider, to the millisecond. */
final class CallTimeline {
    private static final int TOO_MANY_REQUESTS = 429;

    private final long[] answered;
    private final long[] throttled;

    private CallTimeline(long[] answered, long[] throttled) {
        this.answered = answered;
        this.throttled = throttled;
    }

    /** Returns the answered and the throttled calls of a ledger. */
    static CallTimeline of(List<LoggedCall> calls) {
        return new CallTimeline(
                arrivals(calls, it -> it.outcome() == CallOutcome.ANSWERED),
                arrivals(calls, it -> it.status() == TOO_MANY_REQUESTS));
    }

    private static long[] arrivals(List<LoggedCall> calls, Predicate<LoggedCall> counted) {
        return calls.stream()
                .filter(counted)
                .mapToLong(it -> it.time().toEpochMilli())
                .sorted()
                .toArray();
    }

    /** Returns how many answered calls arrived from one time up to another. */
    int answered(Instant from, Instant to) {
        return count(answered, from, to);
    }

    /** Returns how many calls that got 429 arrived from one time up to another. */
    int throttled(Instant from, Instant to) {
        return count(throttled, from, to);
    }

    /** Returns true when no call was answered. */
    boolean isEmpty() {
        return answered.length == 0;
    }

    /** Returns the arrival of the first answered call. */
    Instant first() {
        return Instant.ofEpochMilli(answered[0]);
    }

    /** Returns the arrival of the last answered call. */
    Instant last() {
        return Instant.ofEpochMilli(answered[answered.length - 1]);
    }

    private static int count(long[] arrivals, Instant from, Instant to) {
        long begin = from.toEpochMilli();
        long end = to.toEpochMilli();
        return (int) Arrays.stream(arrivals).filter(it -> it >= begin && it < end).count();
    }
}
