package dev.millrace.standalone.policy.report;

import dev.millrace.contracts.control.VersionedPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Report on one version of a policy, which compares the arms of its splits.
 *
 * @param policy name of the policy
 * @param version rules of the version, and their origin
 * @param isInForce whether the router uses this version now
 * @param since time before which events are excluded; empty to include every event
 * @param measured time in which the jobs ended: since the version was applied, or since the first
 *     of them, until now or the next version
 * @param extent events that were read
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
     * @param unreadable cost events that could not be read, in addition
     * @param mayMissOlderEvents whether reading started at the oldest event of a partition, after
     *     older events had been deleted
     */
    public record Extent(long events, long unreadable, boolean mayMissOlderEvents) {}
}
