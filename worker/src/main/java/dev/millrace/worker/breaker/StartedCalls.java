package dev.millrace.worker.breaker;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Judges failed calls by the calls of the same breaker that started before them, not by the reports
 * that arrived before theirs. A call that is refused at once reports long before the calls that
 * started with it and succeed, so that the latest reports can all be failures of a healthy
 * provider.
 *
 * <p>A call that started before a failed one has had longer to fail: while in flight, it counts as
 * not failed. A call that started after it has had less time, so that only its end counts, and only
 * if it is good: bad ends come first. A call starts when it is sent, not when it is announced.
 *
 * <p>Belongs to the loop's thread; times are of its ticker.
 */
class StartedCalls {
    private final int window;

    /** The latest calls, in the order of their starts. */
    private final ArrayDeque<Call> latest = new ArrayDeque<>();

    private final Map<Object, Call> inFlight = new HashMap<>();
    private long started;

    /** A call, which ends once. */
    static final class Call {
        private final long number;
        private final long startNanos;
        private State state = State.IN_FLIGHT;
        private boolean isSlow;

        private Call(long number, long startNanos) {
            this.number = number;
            this.startNanos = startNanos;
        }

        boolean isSlow() {
            return isSlow;
        }
    }

    private enum State {
        IN_FLIGHT,
        SUCCEEDED,
        FAILED,
        /** Ended without evidence. */
        IGNORED
    }

    /** Which of the calls that started after the judged one count; never those in flight. */
    private enum LaterCalls {
        GOOD,
        ENDED
    }

    /**
     * The latest calls whose end or age is evidence.
     *
     * @param bad the calls that failed, or that were slow
     * @param row the bad calls since the last good one
     * @param rowSinceNanos start of the first call of the row; meaningless without one
     */
    record Sample(int calls, int bad, int row, long rowSinceNanos) {
        double badPercent() {
            return calls == 0 ? 0 : 100.0 * bad / calls;
        }
    }

    /**
     * @param window number of calls in a sample
     */
    StartedCalls(int window) {
        this.window = window;
    }

    void onStarted(Object call, long nowNanos) {
        Call entry = new Call(started++, nowNanos);
        latest.addLast(entry);
        inFlight.put(call, entry);
        trim();
    }

    /** Drops failures so long ago that they are no evidence about the calls that start now. */
    private void trim() {
        while (latest.size() > window + 2 * inFlight.size()) {
            latest.removeFirst();
        }
    }

    /**
     * Ends a call with evidence.
     *
     * @return null if the call started before the last {@link #clear}
     */
    @Nullable Call onEnded(Object call, boolean hasFailed, boolean isSlow) {
        Call entry = inFlight.remove(call);
        if (entry != null) {
            entry.state = hasFailed ? State.FAILED : State.SUCCEEDED;
            entry.isSlow = isSlow;
            trim();
        }
        return entry;
    }

    /** Ends a call that was not made, or that is no evidence. */
    void onIgnored(Object call) {
        Call entry = inFlight.remove(call);
        if (entry != null) {
            entry.state = State.IGNORED;
            trim();
        }
    }

    /** Forgets all calls. */
    void clear() {
        latest.clear();
        inFlight.clear();
    }

    /** Returns true if one of the latest calls has succeeded. */
    boolean hasSuccess() {
        return latest.stream().anyMatch(it -> it.state == State.SUCCEEDED);
    }

    /**
     * Returns the failures among the calls up to a failed one and the later calls that have
     * succeeded.
     */
    Sample failures(Call failed) {
        return sample(failed, it -> it.state == State.FAILED, LaterCalls.GOOD);
    }

    /** Returns the failures among the calls up to a failed one and all later calls that ended. */
    Sample allFailures(Call failed) {
        return sample(failed, it -> it.state == State.FAILED, LaterCalls.ENDED);
    }

    /**
     * Returns the slow calls among the calls up to a slow one and the later calls that were not
     * slow. Calls in flight that started before it are older than it, so they are slow, too.
     */
    Sample slowCalls(Call slow) {
        return sample(slow, StartedCalls::isSlow, LaterCalls.GOOD);
    }

    private Sample sample(Call last, Predicate<Call> bad, LaterCalls laterCalls) {
        int calls = 0;
        int badCalls = 0;
        int row = 0;
        long rowSince = 0;
        for (Iterator<Call> it = latest.descendingIterator(); it.hasNext() && calls < window; ) {
            Call call = it.next();
            boolean isBad = bad.test(call);
            if (isEvidence(call, isBad && laterCalls == LaterCalls.GOOD, last)) {
                calls++;
                badCalls += isBad ? 1 : 0;
                if (badCalls == calls) {
                    row = badCalls;
                    rowSince = call.startNanos;
                }
            }
        }
        return new Sample(calls, badCalls, row, rowSince);
    }

    private static boolean isSlow(Call call) {
        return call.isSlow || call.state == State.IN_FLIGHT;
    }

    /**
     * Returns true for each call up to the last one, and for later ones that have ended. Tests
     * replace it by wrong rules.
     *
     * @param isIgnoredLater true if the call does not count when it started after the last one
     */
    boolean isEvidence(Call call, boolean isIgnoredLater, Call last) {
        boolean isLater = call.number > last.number;
        return call.state != State.IGNORED
                && (!isLater || (call.state != State.IN_FLIGHT && !isIgnoredLater));
    }
}
