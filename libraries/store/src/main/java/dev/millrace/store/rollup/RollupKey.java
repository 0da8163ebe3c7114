package dev.millrace.store.rollup;

import java.time.Instant;
import java.util.Comparator;

/**
 * The period and the properties that the events of a rollup have in common. An empty text means
 * that a property is unknown or absent.
 *
 * @param startsAt start of the period
 * @param routedBy policy, version and rule that routed the job; empty for events of earlier
 *     versions that are not final
 * @param routedTo first model of the job's chain, which identifies the arm of a ramp
 */
public record RollupKey(
        RollupPeriod period,
        Instant startsAt,
        String tenant,
        String model,
        String provider,
        String routedBy,
        String routedTo)
        implements Comparable<RollupKey> {
    /** The order of updates, so that two writers wait for each other instead of deadlocking. */
    private static final Comparator<RollupKey> ORDER =
            Comparator.comparing(RollupKey::period)
                    .thenComparing(RollupKey::startsAt)
                    .thenComparing(RollupKey::tenant)
                    .thenComparing(RollupKey::model)
                    .thenComparing(RollupKey::provider)
                    .thenComparing(RollupKey::routedBy)
                    .thenComparing(RollupKey::routedTo);

    @Override
    public int compareTo(RollupKey other) {
        return ORDER.compare(this, other);
    }
}
