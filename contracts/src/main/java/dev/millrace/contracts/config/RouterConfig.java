package dev.millrace.contracts.config;

import static dev.millrace.contracts.Violation.require;

import dev.millrace.contracts.job.CacheMode;
import dev.millrace.contracts.yaml.Key;
import java.time.Duration;

/**
 * The {@code router} section: how jobs are checked, planned and put on their lanes.
 *
 * @param repeatsWindow how long a repeat of a job is recognised, up to 30 days
 * @param defaultPolicy the policy of jobs that leave the choice of their model to it
 * @param standbyReplicas warm copies of the router's state on other processes, 0 to 5; 1 or more in
 *     a cluster
 * @param cache of answers
 * @param fairness between tenants
 */
public record RouterConfig(
        Duration repeatsWindow,
        String defaultPolicy,
        int standbyReplicas,
        Cache cache,
        Fairness fairness) {
    private static final Duration LONGEST_WINDOW = Duration.ofDays(30);

    /** Every default. */
    public static final RouterConfig DEFAULT =
            new RouterConfig(Duration.ofHours(24), "default", 0, Cache.DEFAULT, Fairness.DEFAULT);

    private static final int MOST_STANDBYS = 5;

    public RouterConfig {
        require(
                repeatsWindow.isPositive() && repeatsWindow.compareTo(LONGEST_WINDOW) <= 0,
                "repeats_window",
                "must be longer than 0s and at most 30d");
        require(!defaultPolicy.isBlank(), "default_policy", "must name a policy");
        require(
                standbyReplicas >= 0 && standbyReplicas <= MOST_STANDBYS,
                "standby_replicas",
                "must be 0 to 5, was " + standbyReplicas);
    }

    /**
     * The cache of answers.
     *
     * @param mode of jobs that do not say
     * @param ttl how long an answer may be used again
     * @param maxEntries answers kept at most
     * @param maxBytes bytes of answers kept at most
     * @param maxEntryBytes a longer answer is not kept
     * @param sharedBetweenTenants whether a tenant may get what another one paid for
     */
    public record Cache(
            @Key("default") CacheMode mode,
            Duration ttl,
            long maxEntries,
            long maxBytes,
            long maxEntryBytes,
            boolean sharedBetweenTenants) {
        /** No answer is used again unless a job asks for it. */
        public static final Cache DEFAULT =
                new Cache(
                        CacheMode.NONE,
                        Duration.ofHours(24),
                        1_000_000,
                        4L << 30,
                        256L << 10,
                        false);

        public Cache {
            require(ttl.isPositive(), "ttl", "must be longer than 0s");
            require(maxEntries >= 1, "max_entries", "must be 1 or more, was " + maxEntries);
            require(maxBytes >= 1, "max_bytes", "must be 1 or more, was " + maxBytes);
            require(
                    maxEntryBytes >= 1 && maxEntryBytes <= maxBytes,
                    "max_entry_bytes",
                    "must be 1 to max_bytes, was " + maxEntryBytes);
        }
    }

    /**
     * Fairness between tenants.
     *
     * @param burst jobs that a tenant may be ahead of its fair pace before its surplus goes to bulk
     */
    public record Fairness(int burst) {
        /** A thousand jobs ahead. */
        public static final Fairness DEFAULT = new Fairness(1000);

        public Fairness {
            require(burst >= 1, "burst", "must be 1 or more, was " + burst);
        }
    }
}
