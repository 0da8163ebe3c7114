package dev.millrace.worker.adaptive;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.SplittableRandom;

/** A provider that decides when a call ends, and whether it is refused. */
interface SimulatedProvider {
    /**
     * Returns what happens to a call.
     *
     * @param inFlight accepted calls that have not ended, without this one
     */
    Answer call(int inFlight, long nowNanos);

    /**
     * The fate of a call.
     *
     * @param waitNanos the wait that a refusal asks for; 0 for none
     */
    record Answer(boolean isRefused, long tookNanos, long waitNanos) {
        static Answer accepted(Duration took) {
            return new Answer(false, took.toNanos(), 0);
        }

        static Answer refusedAfter(Duration took) {
            return new Answer(true, took.toNanos(), 0);
        }

        static Answer refused(long waitNanos) {
            return new Answer(true, Duration.ofMillis(30).toNanos(), waitNanos);
        }
    }

    /** Answers every call. */
    static SimulatedProvider unlimited(Duration took) {
        return (_, _) -> Answer.accepted(took);
    }

    /** Refuses the calls that would exceed a limit in any window. */
    static SimulatedProvider strictWindow(
            int limit, Duration window, Duration took, boolean saysWait) {
        var accepted = new ArrayDeque<Long>();
        return (_, now) -> {
            while (!accepted.isEmpty() && now - accepted.peekFirst() >= window.toNanos()) {
                accepted.removeFirst();
            }
            if (accepted.size() >= limit) {
                long wait = accepted.getFirst() + window.toNanos() - now;
                return Answer.refused(saysWait ? Math.max(1, wait) : 0);
            }
            accepted.addLast(now);
            return Answer.accepted(took);
        };
    }

    /** Refuses the calls that find an empty bucket, and asks for whole seconds of wait. */
    static SimulatedProvider bucket(double perSecond, double capacity, Duration took) {
        return new SimulatedProvider() {
            private double level = capacity;
            private long filledNanos;

            @Override
            public Answer call(int inFlight, long now) {
                level = Math.min(capacity, level + (now - filledNanos) * perSecond / 1e9);
                filledNanos = now;
                if (level < 1) {
                    double seconds = Math.ceil((1 - level) / perSecond);
                    return Answer.refused((long) (seconds * 1e9));
                }
                level--;
                return Answer.accepted(took);
            }
        };
    }

    /** Refuses calls above a number in flight, and asks for no wait. */
    static SimulatedProvider concurrency(int limit, Duration took) {
        return (inFlight, _) -> inFlight >= limit ? Answer.refused(0) : Answer.accepted(took);
    }

    /** Refuses nothing, but works on a fixed number of calls at a time and queues the others. */
    static SimulatedProvider queue(int servers, Duration took) {
        return (inFlight, _) -> Answer.accepted(took.multipliedBy(1 + inFlight / servers));
    }

    /** Refuses the calls that would exceed a limit in windows that follow one another. */
    static SimulatedProvider fixedWindow(
            int limit, Duration window, Duration took, boolean saysWait) {
        return new SimulatedProvider() {
            private long current = -1;
            private int accepted;

            @Override
            public Answer call(int inFlight, long now) {
                long index = now / window.toNanos();
                accepted = index == current ? accepted : 0;
                current = index;
                if (accepted >= limit) {
                    long wait = (index + 1) * window.toNanos() - now;
                    return Answer.refused(saysWait ? wait : 0);
                }
                accepted++;
                return Answer.accepted(took);
            }
        };
    }

    /** Refuses a random share of the calls at any rate. The other calls go to this provider. */
    default SimulatedProvider refusing(double share, Duration wait, long seed) {
        var random = new SplittableRandom(seed);
        return (inFlight, now) ->
                random.nextDouble() < share ? Answer.refused(wait.toNanos()) : call(inFlight, now);
    }
}
