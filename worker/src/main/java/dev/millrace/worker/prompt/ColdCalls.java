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

    private final Duration[] waits = new Duration[MEMORY];
    private final Duration[] calls = new Duration[MEMORY];
    private int count;

    /**
     * Adds a call.
     *
     * @param readable time until others could read what it has written
     * @param took time until its end
     */
    void add(Duration readable, Duration took) {
        waits[count % MEMORY] = readable;
        calls[count % MEMORY] = took;
        count++;
    }

    /** Returns how long others wait for one of the latest calls, at most a minute. */
    Duration longestWait() {
        Duration longest = longest(waits);
        return longest.compareTo(LONGEST) < 0 ? longest : LONGEST;
    }

    /** Returns the longest of the latest calls. */
    Duration longestCall() {
        return longest(calls);
    }

    private Duration longest(Duration[] latest) {
        Duration longest = count == 0 ? FIRST : Duration.ZERO;
        for (int i = 0; i < Math.min(count, MEMORY); i++) {
            longest = latest[i].compareTo(longest) > 0 ? latest[i] : longest;
        }
        return longest;
    }
}
