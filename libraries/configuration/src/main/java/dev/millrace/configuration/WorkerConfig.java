package dev.millrace.configuration;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.contracts.job.Lane;
import java.time.Duration;
import java.util.Optional;

/**
 * The {@code worker} section: how one worker process calls providers.
 *
 * @param instance part of the transactional id; empty: each process generates a unique one. With a
 *     stable name, such as the pod name in a StatefulSet, a restarted worker ends its predecessor's
 *     open transaction at once. Must be unique per process
 * @param models models that this worker serves
 * @param maxInFlight maximum number of calls in flight over all models, 1 to 100000; models that
 *     return to work can exceed it for a time
 * @param maxOpenPerPartition unfinished jobs per partition, 1 to 100000
 * @param maxHeldBytes maximum bytes of jobs and unwritten results in memory, 1 MiB or more
 * @param commitInterval minimum time between two commits under load
 * @param maxAttempts maximum number of calls per job, including the first, 1 to 100
 * @param backoff waits between attempts, if the provider specifies none
 * @param retryBudget maximum share of retries among a model's calls
 * @param timeouts timeouts of one call
 * @param breaker circuit breakers of models, providers and API keys
 * @param drainTimeout how long running calls can continue after their partition is revoked or the
 *     process stops; by default the total timeout of a call
 * @param laneWeights relative frequency of each lane
 * @param lease how shares of the limits are assigned to workers
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
    /** The default settings. */
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

    private static final int MAX_COUNT = 100_000;
    private static final int MAX_ATTEMPTS = 100;
    private static final long MIN_HELD_BYTES = 1L << 20;

    public WorkerConfig {
        require(
                instance.orElse("w").matches("[A-Za-z0-9._-]{1,100}"),
                "instance",
                "must be 1 to 100 letters, digits, dots, dashes or underscores");
        Rules.requireWithin("max_in_flight", maxInFlight, MAX_COUNT);
        Rules.requireWithin("max_open_per_partition", maxOpenPerPartition, MAX_COUNT);
        require(
                maxHeldBytes >= MIN_HELD_BYTES,
                "max_held_bytes",
                "must be 1MiB or more, was " + maxHeldBytes);
        require(!commitInterval.isNegative(), "commit_interval", "must not be negative");
        Rules.requireWithin("max_attempts", maxAttempts, MAX_ATTEMPTS);
        require(!drainTimeout.isNegative(), "drain_timeout", "must not be negative");
    }

    /** Returns a copy with the name of the worker's instance. */
    public WorkerConfig withInstance(String name) {
        return with(Optional.of(name), maxInFlight, maxHeldBytes, drainTimeout);
    }

    /** Returns a copy with the settings that are derived from other settings or from the heap. */
    public WorkerConfig withDerived(int inFlight, long heldBytes, Duration drainLimit) {
        return with(instance, inFlight, heldBytes, drainLimit);
    }

    private WorkerConfig with(
            Optional<String> name, int inFlight, long heldBytes, Duration drainLimit) {
        return new WorkerConfig(
                name,
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
     * Exponential backoff with full jitter.
     *
     * @param initial upper bound of the first wait
     * @param multiplier growth factor of the upper bound, 1 to 10
     * @param max maximum of the upper bound
     */
    public record Backoff(Duration initial, double multiplier, Duration max) {
        /** From half a second to a minute, doubling each time. */
        public static final Backoff DEFAULT =
                new Backoff(Duration.ofMillis(500), 2.0, Duration.ofSeconds(60));

        private static final int MAX_MULTIPLIER = 10;

        public Backoff {
            Rules.requirePositive("initial", initial);
            require(
                    multiplier >= 1 && multiplier <= MAX_MULTIPLIER,
                    "multiplier",
                    "must be 1 to 10, was " + multiplier);
            require(max.compareTo(initial) >= 0, "max", "must not be shorter than initial");
        }
    }

    /**
     * The maximum share of retries among a model's calls.
     *
     * @param ratio retries in percent of all calls, 0 to 100
     * @param window time window in which calls are counted
     */
    public record RetryBudget(double ratio, Duration window) {
        /** A fifth of the calls in the last minute. */
        public static final RetryBudget DEFAULT = new RetryBudget(20, Duration.ofSeconds(60));

        public RetryBudget {
            Rules.requirePercent("ratio", ratio);
            Rules.requirePositive("window", window);
        }
    }

    /**
     * The timeouts of one call.
     *
     * @param connect for establishing the connection, TLS included
     * @param firstByte from sending the request to the first byte of the answer
     * @param betweenChunks between two chunks of an answer
     * @param total from connect to the last byte
     */
    public record Timeouts(
            Duration connect, Duration firstByte, Duration betweenChunks, Duration total) {
        /** Ten minutes in total, two minutes to the first byte. */
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
     * The circuit breakers of models, providers and API keys.
     *
     * @param failureRate percentage of failed calls that opens the breaker, above 0 to 100; 100
     *     means never
     * @param slowCallRate percentage of slow calls that opens the breaker of a model, above 0 to
     *     100; 100 means never
     * @param slowCall duration above which a call is slow
     * @param window number of last calls that are evaluated
     * @param minimumCalls minimum number of calls before the breaker may open, at most the window
     * @param openFor time until the first trial call; grows with failed trials, up to tenfold
     * @param halfOpenCalls number of successful trial calls that close the breaker
     */
    public record Breaker(
            double failureRate,
            double slowCallRate,
            Duration slowCall,
            int window,
            int minimumCalls,
            Duration openFor,
            int halfOpenCalls) {
        /** Opens for half a minute if half of the last fifty calls failed. */
        public static final Breaker DEFAULT =
                new Breaker(50, 100, Duration.ofSeconds(60), 50, 20, Duration.ofSeconds(30), 3);

        public Breaker {
            Rules.requirePercent("failure_rate", failureRate);
            require(failureRate > 0, "failure_rate", "must be above 0");
            Rules.requirePercent("slow_call_rate", slowCallRate);
            require(slowCallRate > 0, "slow_call_rate", "must be above 0");
            Rules.requirePositive("slow_call", slowCall);
            Rules.requireWithin("window", window, MAX_COUNT);
            Rules.requireWithin("minimum_calls", minimumCalls, window);
            Rules.requirePositive("open_for", openFor);
            Rules.requireWithin("half_open_calls", halfOpenCalls, MAX_COUNT);
        }
    }

    /**
     * The relative frequency of each lane, 0 to 1000 each, of which one is 1 or more. The worker
     * does not read lanes with 0, so that other workers serve them.
     *
     * @param critical weight of the critical lane and of the express lane, each; the other
     *     components are the weights of their lanes
     */
    public record LaneWeights(int critical, int high, int normal, int low, int bulk) {
        /** Each lane has twice the weight of the next one. */
        public static final LaneWeights DEFAULT = new LaneWeights(16, 8, 4, 2, 1);

        private static final int MAX_WEIGHT = 1000;

        public LaneWeights {
            requireWeight("critical", critical);
            requireWeight("high", high);
            requireWeight("normal", normal);
            requireWeight("low", low);
            requireWeight("bulk", bulk);
            require(
                    critical + high + normal + low + bulk > 0,
                    "bulk",
                    "must be 1 or more, since all other weights are 0");
        }

        private static void requireWeight(String lane, int weight) {
            require(
                    weight >= 0 && weight <= MAX_WEIGHT,
                    lane,
                    "must be 0 to %d, was %d".formatted(MAX_WEIGHT, weight));
        }

        /** Returns true if the worker reads the topics of a lane. */
        public boolean serves(Lane lane) {
            return of(lane) > 0;
        }

        /** Returns the weight of a lane. */
        public int of(Lane lane) {
            return switch (lane) {
                case EXPRESS, CRITICAL -> critical;
                case HIGH -> high;
                case NORMAL -> normal;
                case LOW -> low;
                case BULK -> bulk;
            };
        }
    }

    /**
     * How shares of the limits are assigned to workers.
     *
     * @param valid how long an assigned share is valid
     * @param every interval at which workers report their demand; shorter than {@code valid}
     */
    public record Lease(Duration valid, Duration every) {
        /** Reported four times a second, valid for three seconds. */
        public static final Lease DEFAULT =
                new Lease(Duration.ofSeconds(3), Duration.ofMillis(250));

        public Lease {
            Rules.requirePositive("valid", valid);
            Rules.requirePositive("every", every);
            require(every.compareTo(valid) < 0, "every", "must be shorter than valid");
        }
    }

    /**
     * The checks of values. A separate class, because the nested records are created while {@link
     * WorkerConfig} is still being initialized.
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

        static void requireWithin(String key, int value, int max) {
            require(value >= 1 && value <= max, key, "must be 1 to " + max + ", was " + value);
        }
    }
}
