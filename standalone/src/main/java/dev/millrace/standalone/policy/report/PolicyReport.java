package dev.millrace.standalone.policy.report;

import dev.millrace.contracts.control.VersionedPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Compares the arms of the splits of one policy version.
 *
 * @param policy name of the policy
 * @param version rules of the version, and their origin
 * @param isInForce true if the router uses this version now
 * @param since time before which events are excluded; empty to include every event
 * @param measured period in which the jobs ended: from the version's application, or from the first
 *     job, until the next version or now
 * @param extent the events read
 * @param rules rules with a split
 */
public record PolicyReport(
        String policy,
        VersionedPolicy version,
        boolean isInForce,
        Optional<Instant> since,
        Duration measured,
        Extent extent,
        List<RuleFigures> rules) {
    public PolicyReport {
        rules = List.copyOf(rules);
    }

    /**
     * Events from which a report was made.
     *
     * @param events cost events of any kind and job
     * @param unreadable additional cost events that could not be read
     * @param mayMissOlderEvents true if older events of a partition had been deleted before reading
     *     started
     */
    public record Extent(long events, long unreadable, boolean mayMissOlderEvents) {}
}
