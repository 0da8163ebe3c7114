package dev.millrace.quota;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/**
 * A record of the quota topic. Its key is the name of a limit. A session is one run of one worker.
 *
 * <p>All amounts are totals since the session's start, so that a lost or repeated record does no
 * harm.
 */
public sealed interface QuotaRecord {
    /** Returns the session that sent the record or receives it; 0 for none. */
    long session();

    /**
     * From this record on, a session leads the limit. Counts only if its epoch is higher than the
     * epochs before it in the topic.
     *
     * @param session the new leader; 0 when a leader has left
     */
    record Claim(long epoch, long session) implements QuotaRecord {}

    /**
     * Reports the permits and needs of a session.
     *
     * @param sequence number of the demand, from 1
     * @param adopted the last grant that the session has adopted
     * @param state the session's permits
     * @param leaving amounts of a rate that were sent and leave the window, one entry for each
     *     twelfth of the window; empty for a concurrency
     */
    record Demand(long session, long sequence, GrantId adopted, Permits state, List<Long> leaving)
            implements QuotaRecord {
        /**
         * Returns the limit that applies if sessions have different numbers: the lowest of the
         * sessions in use, or else of any; empty without a demand.
         */
        public static OptionalLong limit(Collection<Demand> demands) {
            List<Demand> used = demands.stream().filter(Demand::isInUse).toList();
            return (used.isEmpty() ? demands : used)
                    .stream().mapToLong(it -> it.state.limit()).min();
        }

        /** Returns true when the session has calls, or had some in the window. */
        private boolean isInUse() {
            return state.isHungry()
                    || (leaving.isEmpty() && state.taken() > 0)
                    || state.unsent() > 0
                    || leaving.stream().anyMatch(amount -> amount > 0);
        }

        /**
         * Returns the amount of a rate in the window, plus the taken amount that can still be sent.
         *
         * @param spanNanos length of the window
         * @param ageNanos time since the demand
         */
        public long inWindow(long spanNanos, long ageNanos) {
            long sum = state.unsent();
            for (int i = 0; i < leaving.size(); i++) {
                long leavesNanos = spanNanos / leaving.size() * (i + 1);
                sum += leavesNanos > ageNanos ? leaving.get(i) : 0;
            }
            return sum;
        }
    }

    /**
     * The permits of a session.
     *
     * @param entitled total that the session can take; equal to {@code taken} without a valid lease
     * @param taken total taken; for a concurrency, the calls in flight
     * @param unsent amount taken by calls that are not sent yet; 0 for a concurrency
     * @param corrected total taken minus used; negative after an underestimate
     * @param need amount that the next call takes
     * @param isHungry true when a call waits for permits
     * @param limit the limit as the session knows it
     */
    record Permits(
            long entitled,
            long taken,
            long unsent,
            long corrected,
            long need,
            boolean isHungry,
            long limit) {}

    /**
     * Entitles a session to permits. Replaces the session's earlier grants.
     *
     * @param answers sequence of the answered demand
     * @param entitled total that the session can take; for a concurrency, its highest number of
     *     calls in flight
     * @param valid validity of the grant, from the sending of the demand
     */
    record Grant(long session, GrantId id, long answers, long entitled, Duration valid)
            implements QuotaRecord {}

    /**
     * Orders the grants of a session.
     *
     * @param epoch of the leader
     * @param number among the leader's grants, from 1
     */
    record GrantId(long epoch, long number) implements Comparable<GrantId> {
        /** Before the first grant. */
        public static final GrantId NONE = new GrantId(0, 0);

        /** After the last grant: the session has ended. */
        public static final GrantId ENDED = new GrantId(Long.MAX_VALUE, Long.MAX_VALUE);

        @Override
        public int compareTo(GrantId other) {
            int byEpoch = Long.compare(epoch, other.epoch);
            return byEpoch == 0 ? Long.compare(number, other.number) : byEpoch;
        }
    }
}
