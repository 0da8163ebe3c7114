package dev.millrace.worker.prompt;

import java.time.Duration;

/**
 * How long the calls of one model take that find no cache, until others can read what they have
 * written. Belongs to the loop's thread.
 */
final class ColdCalls {
    /** Wait before any call was measured. */
    private static final Duration FIRST = Duration.ofSeconds(10);

    /** Longest wait, however long calls take. */
    private static final Duration LONGEST = Duration.ofSeconds(60);

    /** Number of calls that are remembered. */
    private static final int MEMORY = 8;

    private final Duration[] latest = new Duration[MEMORY];
    private int count;

    void add(Duration took) {
        latest[count % MEMORY] = took;
        count++;
    }

    /** Returns the longest of the latest calls, at most a minute. */
    Duration longest() {
        Duration longest = count == 0 ? FIRST : Duration.ZERO;
        for (int i = 0; i < Math.min(count, MEMORY); i++) {
            longest = latest[i].compareTo(longest) > 0 ? latest[i] : longest;
        }
        return longest.compareTo(LONGEST) < 0 ? longest : LONGEST;
    }
}
