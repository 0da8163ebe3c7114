package dev.millrace.contracts.config;

import static dev.millrace.contracts.Violation.require;

import dev.millrace.contracts.job.Lane;
import java.time.Duration;
import java.util.Optional;

/**
 * The {@code worker} section: how one worker process calls providers.
 *
 * @param instance names the transactional id; empty: each process chooses a name of its own. A
 *     stable name, such as that of a StatefulSet's pod, lets a restarted worker end its
 *     predecessor's open transaction at once. Two processes must never share one
 * @param models which models this worker serves
 * @param maxInFlight calls in flight at once, 1 to 100000
 * @param maxOpenPerPartition jobs taken and not finished in one partition, 1 to 100000
 * @param maxHeldBytes bytes of jobs and unwritten results held at once, 1 MiB or more
 * @param commitInterval shortest time between two commits under load
 * @param maxAttempts calls for one job at most, the first included, 1 to 100
 * @param backoff waits between attempts when the provider names none
 * @param retryBudget how many of a model's calls may be retries
 * @param timeouts of one call
 * @param breaker when a model is given a rest
 * @param drainTimeout how long running calls may end when partitions or the process go; by default
 *     as long as a call may take
 * @param laneWeights how often each lane's turn comes
 * @param lease how a worker's share of the limits is handed out
 */
public record WorkerConfig(
        Optional<String> instance,
        ModelSelection models,
        int maxInFlight,
        int maxOpenPerPartition,
        long maxHeldBytes,
        Duration commitInterval,
        int maxAttempts,
        Backoff backoff,
        RetryBudget retryBudget,
        Timeouts timeouts,
        Breaker breaker,
        Duration drainTimeout,
        LaneWeights laneWeights,
        Lease lease) {
    /** Every default. */
    public static final WorkerConfig DEFAULT =
            new WorkerConfig(
                    Optional.empty(),
                    ModelSelection.ALL,
                    2000,
                    4000,
                    256L << 20,
                    Duration.ofMillis(10),
                    6,
                    Backoff.DEFAULT,
                    RetryBudget.DEFAULT,
                    Timeouts.DEFAULT,
                    Breaker.DEFAULT,
                    Timeouts.DEFAULT.total(),
                    LaneWeights.DEFAULT,
                    Lease.DEFAULT);

    private static final int MOST = 100_000;
    private static final int MOST_ATTEMPTS = 100;
    private static final long LEAST_HELD = 1L << 20;

    public WorkerConfig {
        require(
                instance.orElse("w").matches("[A-Za-z0-9._-]{1,100}"),
                "instance",
                "must be 1 to 100 letters, digits, dots, dashes or underscores");
        Rules.requireWithin("max_in_flight", maxInFlight, MOST);
        Rules.requireWithin("max_open_per_partition", maxOpenPerPartition, MOST);
        require(
                maxHeldBytes >= LEAST_HELD,
                "max_held_bytes",
                "must be 1MiB or more, was " + maxHeldBytes);
        require(!commitInterval.isNegative(), "commit_interval", "must not be negative");
        Rules.requireWithin("max_attempts", maxAttempts, MOST_ATTEMPTS);
        require(!drainTimeout.isNegative(), "drain_timeout", "must not be negative");
    }

    /** Returns these settings with what follows from other settings or from the heap. */
    WorkerConfig withDerived(int inFlight, long heldBytes, Duration drainLimit) {
        return new WorkerConfig(
                instance,
                models,
                inFlight,
                maxOpenPerPartition,
                heldBytes,
                commitInterval,
                maxAttempts,
                backoff,
                retryBudget,
                timeouts,
                breaker,
                drainLimit,
                laneWeights,
                lease);
    }

    /**
     * Exponential waits with full jitter.
     *
     * @param initial upper bound of the first wait
     * @param multiplier by which each next bound grows, 1 to 10
     * @param max no bound grows above it
     */
    public record Backoff(Duration initial, double multiplier, Duration max) {
        /** From half a second, doubling, to a minute. */
        public static final Backoff DEFAULT =
                new Backoff(Duration.ofMillis(500), 2.0, Duration.ofSeconds(60));

        private static final int FASTEST = 10;

        public Backoff {
            Rules.requirePositive("initial", initial);
            require(
                    multiplier >= 1 && multiplier <= FASTEST,
                    "multiplier",
                    "must be 1 to 10, was " + multiplier);
            require(max.compareTo(initial) >= 0, "max", "must not be shorter than initial");
        }
    }

    /**
     * How many of a model's calls may be retries.
     *
     * @param ratio percent of all calls, 0 to 100
     * @param window over which they are counted
     */
    public record RetryBudget(double ratio, Duration window) {
        /** A fifth of the calls of the last minute. */
        public static final RetryBudget DEFAULT = new RetryBudget(20, Duration.ofSeconds(60));

        public RetryBudget {
            Rules.requirePercent("ratio", ratio);
            Rules.requirePositive("window", window);
        }
    }

    /**
     * How long one call may take.
     *
     * @param connect until the connection stands, TLS included
     * @param firstByte from the sent request to the first byte of the answer
     * @param betweenChunks between two pieces of an answer
     * @param total from connect to the last byte
     */
    public record Timeouts(
            Duration connect, Duration firstByte, Duration betweenChunks, Duration total) {
        /** Ten minutes in all, two of them for a first byte. */
        public static final Timeouts DEFAULT =
                new Timeouts(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(120),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(10));

        public Timeouts {
            Rules.requirePositive("connect", connect);
            Rules.requirePositive("first_byte", firstByte);
            Rules.requirePositive("between_chunks", betweenChunks);
            Rules.requirePositive("total", total);
        }
    }

    /**
     * When a model is given a rest.
     *
     * @param failureRate percent of calls that fail, above 0 to 100
     * @param slowCallRate percent of calls that are slow, above 0 to 100
     * @param slowCall a call that takes longer is slow
     * @param window calls that are looked back at
     * @param minimumCalls no verdict before so many calls, at most the window
     * @param openFor how long the rest is
     * @param halfOpenCalls calls that try whether it is over
     */
    public record Breaker(
            double failureRate,
            double slowCallRate,
            Duration slowCall,
            int window,
            int minimumCalls,
            Duration openFor,
            int halfOpenCalls) {
        /** Opens for half a minute when half of the last fifty calls failed or all were slow. */
        public static final Breaker DEFAULT =
                new Breaker(50, 100, Duration.ofSeconds(60), 50, 20, Duration.ofSeconds(30), 3);

        public Breaker {
            Rules.requirePercent("failure_rate", failureRate);
            require(failureRate > 0, "failure_rate", "must be above 0");
            Rules.requirePercent("slow_call_rate", slowCallRate);
            require(slowCallRate > 0, "slow_call_rate", "must be above 0");
            Rules.requirePositive("slow_call", slowCall);
            Rules.requireWithin("window", window, MOST);
            Rules.requireWithin("minimum_calls", minimumCalls, window);
            Rules.requirePositive("open_for", openFor);
            Rules.requireWithin("half_open_calls", halfOpenCalls, MOST);
        }
    }

    /**
     * How often each lane's turn comes, 1 to 1000 each.
     *
     * @param critical turns of the lane of that name, and so on
     */
    public record LaneWeights(int critical, int high, int normal, int low, int bulk) {
        /** Each lane twice as often as the next one. */
        public static final LaneWeights DEFAULT = new LaneWeights(16, 8, 4, 2, 1);

        private static final int HEAVIEST = 1000;

        public LaneWeights {
            Rules.requireWithin("critical", critical, HEAVIEST);
            Rules.requireWithin("high", high, HEAVIEST);
            Rules.requireWithin("normal", normal, HEAVIEST);
            Rules.requireWithin("low", low, HEAVIEST);
            Rules.requireWithin("bulk", bulk, HEAVIEST);
        }

        /** How often the turn of a lane comes that there is already. */
        public int of(Lane lane) {
            return switch (lane) {
                case NORMAL -> normal;
                case BULK -> bulk;
            };
        }
    }

    /**
     * How a worker's share of the limits is handed out.
     *
     * @param valid how long a share may be used
     * @param every how often workers tell their demand; shorter than {@code valid}
     */
    public record Lease(Duration valid, Duration every) {
        /** Told four times a second, valid for three seconds. */
        public static final Lease DEFAULT =
                new Lease(Duration.ofSeconds(3), Duration.ofMillis(250));

        public Lease {
            Rules.requirePositive("valid", valid);
            Rules.requirePositive("every", every);
            require(every.compareTo(valid) < 0, "every", "must be shorter than valid");
        }
    }

    /**
     * Apart, so that a part of this configuration can be made before the whole has been: its
     * defaults consist of those of the parts.
     */
    private static final class Rules {
        private Rules() {}

        static void requirePositive(String key, Duration duration) {
            require(duration.isPositive(), key, "must be longer than 0s");
        }

        static void requirePercent(String key, double percent) {
            require(
                    percent >= 0 && percent <= 100,
                    key,
                    "must be 0 to 100 percent, was " + percent);
        }

        static void requireWithin(String key, int value, int most) {
            require(value >= 1 && value <= most, key, "must be 1 to " + most + ", was " + value);
        }
    }
}
