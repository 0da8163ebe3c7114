package dev.millrace.bench.quota;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The parameters of {@code bench quota}.
 *
 * @param perMinute the provider's limit of requests in any minute
 * @param time length of each measurement except of the batches
 * @param batches sizes of the batches
 * @param parts what is measured
 */
record QuotaPlan(int perMinute, Duration time, List<Integer> batches, Set<Part> parts) {
    private static final double SECONDS_PER_MINUTE = 60;

    /** Backlogs are larger than the limit allows, so that work never runs out. */
    private static final double BACKLOG_SURPLUS = 1.2;

    /** What can be measured. */
    enum Part {
        /** A configured limit, while workers join and leave. */
        WORKERS,
        /** A limit that nobody configured. */
        SEARCH,
        /** Batches until the last call. */
        BATCHES,
        /** A configured limit of a provider, while workers serve different models. */
        MODELS
    }

    QuotaPlan {
        batches = List.copyOf(batches);
        parts = Set.copyOf(parts);
    }

    /** Returns how many calls the limit allows in half of the time. */
    int halfOfTheTime() {
        return (int) (perMinute * time.toSeconds() / SECONDS_PER_MINUTE / 2);
    }

    /** Returns the size of a backlog that lasts longer than the measurement. */
    int backlog() {
        double seconds = time.toSeconds() + SECONDS_PER_MINUTE;
        return (int) Math.ceil(BACKLOG_SURPLUS * perMinute * seconds / SECONDS_PER_MINUTE);
    }
}
