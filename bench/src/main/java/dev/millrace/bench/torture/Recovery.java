package dev.millrace.bench.torture;

import java.time.Duration;
import java.util.List;

/** Computes how long no result came because of a fault. */
final class Recovery {
    private Recovery() {}

    /**
     * Returns the longest time without a result that overlaps a fault: from the last result before
     * to the first after.
     *
     * @param times of all results in milliseconds, ascending
     * @param from begin of the fault
     * @param to end of the fault
     */
    static Duration longestGap(List<Long> times, long from, long to) {
        long longest = 0;
        for (int i = 1; i < times.size(); i++) {
            if (times.get(i) >= from && times.get(i - 1) <= to) {
                longest = Math.max(longest, times.get(i) - times.get(i - 1));
            }
        }
        return Duration.ofMillis(longest);
    }
}
