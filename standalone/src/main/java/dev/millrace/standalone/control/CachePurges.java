package dev.millrace.standalone.control;

import dev.millrace.configuration.RouterConfig;
import dev.millrace.contracts.control.CachePurge;
import dev.millrace.contracts.control.CachePurge.Filter;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.standalone.client.ChangeMetadata;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.console.WholeSeconds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Decides which purges of the answer cache to write and to remove, as pure functions, and describes
 * them.
 */
public final class CachePurges {
    /** Routers compare each answer with every purge. */
    static final int MAX_PURGES = 1_000;

    /**
     * Shortest time for which a purge is kept, so that routers that are down see it after a
     * restart.
     */
    static final Duration MIN_LIFE = Duration.ofDays(7);

    /** Longest time in which the jobs of a rolled-back policy are expected to end. */
    static final Duration LAST_JOBS = Duration.ofDays(7);

    private CachePurges() {}

    /** Returns an id that no other purge has. */
    public static String newId(RandomGenerator random) {
        return "%016x".formatted(random.nextLong());
    }

    /**
     * Purges the answers that exist now. Also removes expired purges.
     *
     * @param id any text that is unique among purges
     * @param cache has the lifetime of answers
     * @throws UserError when too many purges are in effect
     */
    public static Change<CachePurge> purge(
            ControlState state,
            String id,
            Filter filter,
            RouterConfig.Cache cache,
            ChangeMetadata metadata) {
        return write(state, id, purge(filter, metadata.at(), cache, metadata));
    }

    /**
     * Purges the answers of a rolled-back policy version, including the answers of its last jobs.
     * Also removes expired purges.
     *
     * @param version as in {@code routed_by}
     * @throws UserError when too many purges are in effect
     */
    public static Change<CachePurge> purgeVersion(
            ControlState state,
            String id,
            String policy,
            String version,
            RouterConfig.Cache cache,
            ChangeMetadata metadata) {
        Instant until = metadata.at().plus(LAST_JOBS);
        return write(state, id, purge(Filter.ofVersion(policy, version), until, cache, metadata));
    }

    private static CachePurge purge(
            Filter filter, Instant until, RouterConfig.Cache cache, ChangeMetadata metadata) {
        Duration life = cache.ttl().plus(cache.staleWhileOpen());
        return new CachePurge(
                metadata.at(),
                metadata.by(),
                until,
                until.plus(life.compareTo(MIN_LIFE) < 0 ? MIN_LIFE : life),
                filter);
    }

    private static Change<CachePurge> write(ControlState state, String id, CachePurge purge) {
        var records = new ArrayList<ControlRecord>();
        records.add(purge.record(id));
        records.addAll(expired(state, purge.at()));
        if (state.cache().purges().size() - (records.size() - 1) >= MAX_PURGES) {
            throw UserError.usage(
                    "%,d purges of the cache are in effect already, the most that routers accept; the next one ends at %s. Purge more answers at once, such as with --model or --tenant"
                            .formatted(MAX_PURGES, nextExpiry(state, purge.at())));
        }
        return new Change<>(records, purge);
    }

    private static List<ControlRecord> expired(ControlState state, Instant now) {
        return state.cache().purges().entrySet().stream()
                .filter(it -> it.getValue().isExpired(now))
                .map(it -> ControlRecord.removal(new ControlKey.Purge(it.getKey())))
                .toList();
    }

    private static Instant nextExpiry(ControlState state, Instant now) {
        return state.cache().purges().values().stream()
                .filter(it -> !it.isExpired(now))
                .map(CachePurge::expires)
                .min(Instant::compareTo)
                .orElse(now);
    }

    /** Returns one line with the filter, time and author of a purge. */
    public static String text(CachePurge purge) {
        return "purged: "
                + answers(purge.filter())
                + ", "
                + WholeSeconds.of(purge.at())
                + " by "
                + purge.by();
    }

    private static String answers(CachePurge.Filter filter) {
        var parts = new ArrayList<String>();
        filter.key().ifPresent(it -> parts.add("of key " + it));
        filter.model().ifPresent(it -> parts.add("of model " + it));
        filter.tenant().ifPresent(it -> parts.add("of tenant " + it));
        filter.routedBy().ifPresent(it -> parts.add("routed by " + it));
        return parts.isEmpty() ? "all answers" : "answers " + String.join(" ", parts);
    }
}
