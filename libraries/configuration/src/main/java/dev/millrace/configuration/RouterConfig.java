package dev.millrace.configuration;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.contracts.job.CacheMode;
import dev.millrace.yaml.binding.Key;
import java.time.Duration;
import java.util.Locale;

/**
 * The {@code router} section: how jobs are validated, planned and assigned to lanes.
 *
 * @param repeatsWindow how long a duplicate of a job is recognised, up to 30 days
 * @param defaultPolicy policy for jobs that name no model
 * @param standbyReplicas warm copies of the router's state on other processes, 0 to 5; use 1 or
 *     more in a cluster
 * @param cache settings of the answer cache
 * @param semanticCache settings of the answers to similar questions
 * @param fairness settings of the fairness between tenants
 */
public record RouterConfig(
        Duration repeatsWindow,
        String defaultPolicy,
        int standbyReplicas,
        Cache cache,
        SemanticCache semanticCache,
        Fairness fairness) {
    private static final Duration MAX_WINDOW = Duration.ofDays(30);

    /** The default settings. */
    public static final RouterConfig DEFAULT =
            new RouterConfig(
                    Duration.ofHours(24),
                    "default",
                    0,
                    Cache.DEFAULT,
                    SemanticCache.DEFAULT,
                    Fairness.DEFAULT);

    private static final int MAX_STANDBYS = 5;

    public RouterConfig {
        require(
                repeatsWindow.isPositive() && repeatsWindow.compareTo(MAX_WINDOW) <= 0,
                "repeats_window",
                "must be longer than 0s and at most 30d");
        require(!defaultPolicy.isBlank(), "default_policy", "must name a policy");
        require(
                standbyReplicas >= 0 && standbyReplicas <= MAX_STANDBYS,
                "standby_replicas",
                "must be 0 to 5, was " + standbyReplicas);
    }

    /**
     * Settings of the answer cache.
     *
     * @param mode cache mode of jobs that set none
     * @param ttl time for which an answer can be reused
     * @param staleWhileOpen time after its ttl for which an answer can be reused while a circuit
     *     breaker of its model is open
     * @param maxEntries maximum number of cached answers
     * @param maxBytes maximum size of all cached answers
     * @param maxEntryBytes maximum size of one cached answer
     * @param sharedBetweenTenants true if a tenant may get answers that another tenant paid for
     */
    public record Cache(
            @Key("default") CacheMode mode,
            Duration ttl,
            Duration staleWhileOpen,
            long maxEntries,
            long maxBytes,
            long maxEntryBytes,
            boolean sharedBetweenTenants) {
        /** Answers are reused only if a job asks for it. */
        public static final Cache DEFAULT =
                new Cache(
                        CacheMode.NONE,
                        Duration.ofHours(24),
                        Duration.ZERO,
                        1_000_000,
                        4L << 30,
                        256L << 10,
                        false);

        public Cache {
            require(ttl.isPositive(), "ttl", "must be longer than 0s");
            require(!staleWhileOpen.isNegative(), "stale_while_open", "must be 0s or longer");
            require(maxEntries >= 1, "max_entries", "must be 1 or more, was " + maxEntries);
            require(maxBytes >= 1, "max_bytes", "must be 1 or more, was " + maxBytes);
            require(
                    maxEntryBytes >= 1 && maxEntryBytes <= maxBytes,
                    "max_entry_bytes",
                    "must be 1 to max_bytes, was " + maxEntryBytes);
        }
    }

    /**
     * Settings of the answers to similar questions.
     *
     * @param threshold minimum cosine similarity of the embeddings of two questions that share an
     *     answer, 0.5 to 1
     * @param guard permitted differences in wording between two such questions
     * @param verify percentage of the jobs with such an answer that are still called, to measure
     *     how often the answer is wrong, 0 to 100; 0 turns the measurement off
     * @param maxEntries maximum number of compared questions, over all partitions
     * @param ttl time for which the answer to a similar question can be reused; the answer's own
     *     ttl applies as well
     */
    public record SemanticCache(
            double threshold, Guard guard, double verify, long maxEntries, Duration ttl) {
        /** Below this threshold, many answers are wrong. */
        public static final double SAFE_THRESHOLD = 0.95;

        /** The default settings. */
        public static final SemanticCache DEFAULT =
                new SemanticCache(SAFE_THRESHOLD, Guard.STRICT, 2, 100_000, Duration.ofHours(24));

        private static final double MIN_THRESHOLD = 0.5;
        private static final double ALL_PERCENT = 100;

        /** Each question takes 2.3 kB of memory, so that these take 4.6 GB. */
        private static final long MOST_ENTRIES = 2_000_000;

        public SemanticCache {
            require(
                    threshold >= MIN_THRESHOLD && threshold <= 1,
                    "threshold",
                    "must be 0.5 to 1, was " + threshold);
            require(
                    verify >= 0 && verify <= ALL_PERCENT,
                    "verify",
                    "must be 0 to 100 percent, was " + verify);
            require(
                    maxEntries >= 1 && maxEntries <= MOST_ENTRIES,
                    "max_entries",
                    "must be 1 to 2000000, was " + maxEntries);
            require(ttl.isPositive(), "ttl", "must be longer than 0s");
        }

        /** The permitted differences in wording between two questions. */
        public enum Guard {
            /** Both questions have equal words, except those that do not count. */
            STRICT,
            /** Only the threshold counts. */
            NONE;

            /** Returns the name in the configuration. */
            public String word() {
                return name().toLowerCase(Locale.ROOT);
            }
        }
    }

    /**
     * Settings of the fairness between tenants.
     *
     * @param burst number of jobs by which a tenant may exceed its fair pace before its other jobs
     *     go to the bulk lane
     */
    public record Fairness(int burst) {
        /** The default settings. */
        public static final Fairness DEFAULT = new Fairness(1000);

        public Fairness {
            require(burst >= 1, "burst", "must be 1 or more, was " + burst);
        }
    }
}
