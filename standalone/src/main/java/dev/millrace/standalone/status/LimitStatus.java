package dev.millrace.standalone.status;

import dev.millrace.contracts.control.LimitOrigin;
import dev.millrace.contracts.control.WorkerReport;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * A limit in force.
 *
 * @param path the path that the limit has or would have in the configuration
 */
record LimitStatus(String path, LimitOrigin origin, LimitUsage.Use use) {
    /** Returns the limits that workers share, and those that they have learned. */
    static List<LimitStatus> all(
            List<LimitStatus> shared, Collection<WorkerReport> reports, Instant now) {
        var byPath = new TreeMap<String, LimitStatus>();
        reports.stream()
                .filter(it -> it.isValid(now))
                .flatMap(it -> it.limits().stream())
                .map(LimitStatus::learned)
                .forEach(it -> byPath.merge(it.key(), it, LimitStatus::plus));
        // A provider can name a lower limit than the configured one, which workers then share.
        shared.forEach(
                it ->
                        byPath.merge(
                                it.key(),
                                it,
                                (learned, known) ->
                                        new LimitStatus(it.path, learned.origin, known.use)));
        return List.copyOf(byPath.values());
    }

    /** Returns the path; differs for a found limit, which can hold beside one that is named. */
    private String key() {
        return origin == LimitOrigin.FOUND ? path + " " + origin.word() : path;
    }

    private static LimitStatus learned(WorkerReport.Learned limit) {
        return new LimitStatus(
                limit.path(),
                limit.origin(),
                new LimitUsage.Use(limit.limit(), limit.used(), 0, 1, 0));
    }

    /**
     * Combines the limits of two workers. Each worker finds its own part of a limit by refusals,
     * but headers name the whole limit.
     */
    private LimitStatus plus(LimitStatus other) {
        long limit =
                origin == LimitOrigin.FOUND
                        ? use.limit() + other.use.limit()
                        : Math.min(use.limit(), other.use.limit());
        return new LimitStatus(
                path,
                origin,
                new LimitUsage.Use(
                        limit,
                        use.used() + other.use.used(),
                        0,
                        use.sessions() + other.use.sessions(),
                        0));
    }
}
