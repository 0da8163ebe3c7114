package dev.millrace.bench.cache;

import dev.millrace.bench.figures.ThroughputInterval;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Figures of a cache with many entries.
 *
 * @param memory memory and disk with all entries
 * @param hits throughput of hits; empty if there were too few
 * @param stolenOfHits part of the processor time that the host gave to others meanwhile, 0 to 1
 * @param takeovers first with few entries, then with all, last with a standby
 */
record EntriesFigures(
        Memory memory,
        Optional<ThroughputInterval> hits,
        OptionalDouble stolenOfHits,
        List<Takeover> takeovers) {
    /** Maximum heap of each router, which is also the target. */
    static final int HEAP_MIB = 512;

    /**
     * Memory and disk of the router.
     *
     * @param entries stored answers
     * @param answerBytes size of all answers
     * @param liveHeapMib heap in use after a full collection
     * @param residentMib peak resident memory; 0 if it is unknown
     * @param diskMib size of the router's folder
     */
    record Memory(
            long entries, long answerBytes, long liveHeapMib, long residentMib, long diskMib) {}

    /**
     * The time in which another router takes over from a killed one.
     *
     * @param entries answers in the cache
     * @param hasStandby whether the other router held a standby copy
     * @param duration from the kill until every partition has answered
     * @param stolen part of the machine's processor time that its host gave to others, 0 to 1
     */
    record Takeover(long entries, boolean hasStandby, Duration duration, OptionalDouble stolen) {
        private static final double MILLION = 1_000_000;
        private static final double MILLIS_PER_SECOND = 1_000;

        double seconds() {
            return duration.toMillis() / MILLIS_PER_SECOND;
        }

        /**
         * Returns the seconds that a million entries take.
         *
         * @param few a takeover with few entries, which takes the same steps
         */
        double secondsPerMillion(Takeover few) {
            return (seconds() - few.seconds()) * MILLION / (entries - few.entries());
        }
    }

    EntriesFigures {
        takeovers = List.copyOf(takeovers);
    }
}
