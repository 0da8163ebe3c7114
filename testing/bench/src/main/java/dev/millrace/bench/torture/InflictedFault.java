package dev.millrace.bench.torture;

import dev.millrace.bench.torture.Evidence.Call;
import java.util.List;

/**
 * A fault that happened, in milliseconds of the clock.
 *
 * @param running calls in flight at its begin, of all workers
 */
record InflictedFault(FaultKind kind, String victim, long from, long to, long running) {
    /** Within this time after a fault, workers notice it, or continue. */
    private static final long AFTERMATH_MILLIS = 10_000;

    /**
     * Returns true if the first call can have been repeated: its worker, the provider, or a broker
     * failed before its answer was committed.
     */
    boolean explainsRepetition(Call first, Call second) {
        long lastChance = first.isAnswered() ? first.end() + AFTERMATH_MILLIS : second.millis();
        return (victim.equals("provider") || harmsWorkers())
                && overlaps(first.millis(), Math.min(lastChance, second.millis()));
    }

    /** Returns true for an unplanned fault of a worker, its connections, or a broker. */
    boolean harmsWorkers() {
        return !kind.isPlanned() && (victim.startsWith("worker") || victim.startsWith("broker"));
    }

    /** Returns true if it, or its aftermath, overlaps a time in milliseconds. */
    boolean overlaps(long first, long last) {
        return from <= last && to + AFTERMATH_MILLIS >= first;
    }

    /**
     * Returns the longest time without a result that overlaps this fault: from the last result
     * before to the first after.
     *
     * @param times of all results in milliseconds, ascending
     */
    double recoverySeconds(List<Long> times) {
        long longest = 0;
        for (int i = 1; i < times.size(); i++) {
            if (times.get(i) >= from && times.get(i - 1) <= to) {
                longest = Math.max(longest, times.get(i) - times.get(i - 1));
            }
        }
        return longest / 1e3;
    }
}
