package dev.millrace.worker.simulation;

import dev.millrace.configuration.ModelSelection;
import dev.millrace.configuration.WorkerConfig;
import dev.millrace.configuration.WorkerConfig.LaneWeights;
import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.worker.simulation.Upstream.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a history, derived from its seed.
 *
 * @param random for all decisions during the history
 * @param isPlanned true for a history without faults in processes and transactions, so that only
 *     planned changes occur
 * @param fallback causes of fallback
 * @param outage a period in which one of several models hangs or is slow; null for none
 * @param refusal a period in which the provider refuses calls; null for none
 * @param limits of each model
 * @param chaos length of the period with faults
 */
record Scenario(
        long seed,
        SplittableRandom random,
        boolean isPlanned,
        Sizes sizes,
        Faults faults,
        ProviderBehavior provider,
        FallbackCauses fallback,
        @Nullable Outage outage,
        @Nullable Refusal refusal,
        CallLimits limits,
        Duration chaos) {
    static final Duration TOTAL_TIMEOUT = Duration.ofSeconds(20);

    /** The weights by which each history is checked. */
    static final LaneWeights WEIGHTS = LaneWeights.DEFAULT;

    /** One in this number of histories with only limits has a limit of one call a minute. */
    private static final int SLOW_LIMIT_RARITY = 4;

    private static final int JOBS_OF_SLOW_LIMIT = 40;

    private static final Limits ONE_A_MINUTE =
            new Limits(
                    OptionalLong.empty(),
                    OptionalLong.of(1),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty());

    /** One in this many histories has a period in which the provider refuses calls. */
    private static final int REFUSAL_RARITY = 4;

    /**
     * One in this number of histories tests only limits; one in this number of the others has
     * limits.
     */
    private static final int LIMITS_RARITY = 10;

    private static final int JOBS_OF_LIMITS = 100;
    private static final int JOBS_OF_TIERS = 150;

    /** One in this many histories has jobs that share prompts. */
    private static final int PROMPTS_RARITY = 3;

    /** More jobs than calls in flight, so that calls start all the time. */
    private static final int JOBS_OF_FAILURES = 300;

    /** Failures of a provider that answers the other calls. */
    private static final List<Outcome> REFUSED = List.of(Outcome.SERVER_ERROR, Outcome.THROTTLED);

    /** Failures of all calls in an outage. */
    private static final List<Outcome> DOWN =
            List.of(Outcome.SERVER_ERROR, Outcome.CONNECTION_REFUSED, Outcome.TIMED_OUT);

    /** Time in which jobs arrive after the period of refusals. */
    static final Duration AFTER_REFUSALS = Duration.ofMinutes(1);

    /** Calls or jobs that leave room for all calls of a history. */
    private static final int ROOMY = 100;

    private static final long MAX_HELD = 256L << 20;
    private static final long MIN_HELD = 1L << 20;

    /** The minimum that a ledger needs. */
    private static final int MIN_METADATA_CHARS = 64;

    /**
     * The numbers and limits of a history.
     *
     * @param jobs jobs in all partitions
     * @param backlog additional jobs in the bulk lane, written at the start
     * @param workers processes at the start
     * @param gapRarity one in {@code gapRarity} offsets follows a large gap
     * @param largeJobBytes size of large jobs; 0 for no large jobs
     * @param estimatedTokens estimate of the output tokens of each job; 0 for no estimate
     * @param metadataChars maximum length of the metadata of an offset
     */
    record Sizes(
            int models,
            int partitions,
            int jobs,
            int backlog,
            int workers,
            int maxPollRecords,
            int gapRarity,
            int largeJobBytes,
            int estimatedTokens,
            int metadataChars,
            Duration sessionTimeout) {}

    /**
     * The probability of each fault, 0 to 1.
     *
     * @param crash a crash, at each call of a port
     * @param pause a pause of the whole process, at each call of a port
     * @param stall a pause of the loop's thread only, at each call of a port
     * @param abort an aborted transaction
     * @param unknownOutcome a transaction with an unknown outcome
     * @param unanswered another request to the cluster that is not answered
     * @param pollError a failed poll
     * @param lostReport a call that is never reported to the loop
     */
    record Faults(
            double crash,
            double pause,
            double stall,
            double abort,
            double unknownOutcome,
            double unanswered,
            double pollError,
            double lostReport) {
        static final Faults NONE = new Faults(0, 0, 0, 0, 0, 0, 0, 0);
    }

    /**
     * The behavior of the provider.
     *
     * @param good share of the calls that are answered, 0 to 1
     * @param latency of a normal call
     * @param refuses time from the start during which a limit refuses all calls
     * @param idle time afterwards in which no job is written
     * @param failing failures of a provider that has no other fault; null for none
     * @param refusedTier share of refused calls at the cheaper tier of the model, 0 to 1; negative
     *     for a model without one
     */
    record ProviderBehavior(
            double good,
            Duration latency,
            Duration refuses,
            Duration idle,
            @Nullable Failing failing,
            double refusedTier) {
        ProviderBehavior(
                double good,
                Duration latency,
                Duration refuses,
                Duration idle,
                @Nullable Failing failing) {
            this(good, latency, refuses, idle, failing, -1);
        }

        ProviderBehavior(double good, Duration latency) {
            this(good, latency, Duration.ZERO, Duration.ZERO, null);
        }

        /** Returns true while a limit refuses all calls. */
        boolean isRefusing(long now) {
            return now < refuses.toNanos();
        }
    }

    /**
     * Failures of calls, until faults end.
     *
     * @param share of the failing calls; 1 for an outage
     * @param from start, in nanoseconds since the start of the history
     * @param after time from sending a failing call to its end
     */
    record Failing(Outcome outcome, double share, long from, Duration after) {
        boolean isOutage() {
            return share == 1;
        }
    }

    /**
     * The causes of fallback.
     *
     * @param hasChains true if jobs have further models
     * @param failing the model whose calls all fail until faults end; null for none
     * @param after the longest requested wait that causes no fallback
     */
    record FallbackCauses(boolean hasChains, @Nullable String failing, Duration after) {
        static final FallbackCauses NONE =
                new FallbackCauses(false, null, Model.Fallbacks.NONE.after());
    }

    /**
     * A period in which the calls of one model hang or are slow.
     *
     * @param isHanging true if calls that start in the period hang until their timeout
     * @param from start, in nanoseconds since the start of the history
     * @param to end, exclusive
     */
    record Outage(String model, boolean isHanging, long from, long to) {
        boolean affects(String called, long now) {
            return model.equals(called) && from <= now && now < to;
        }
    }

    /**
     * A period in which the provider refuses calls, until its key, its credit or the name of the
     * model is corrected.
     *
     * @param answer of the provider
     * @param keys number of API keys of the provider
     * @param isEveryKey false if only calls with the first key are refused
     * @param from start, in nanoseconds since the start of the history
     * @param to end, exclusive
     */
    record Refusal(Outcome answer, int keys, boolean isEveryKey, long from, long to) {
        boolean affects(String model, int key, long now) {
            boolean isRefused =
                    answer == Outcome.WRONG_MODEL_NAME
                            ? model.equals(JobLog.model(0))
                            : isEveryKey || Math.floorMod(key, keys) == 0;
            return isRefused && from <= now && now < to;
        }
    }

    /**
     * The limits of each model.
     *
     * @param isAlone true if nothing else holds back calls, so that the limits must be used well
     */
    record CallLimits(Limits limits, boolean isAlone) {
        static final CallLimits NONE = new CallLimits(Limits.NONE, false);
    }

    /** Returns a history whose jobs come from other services. */
    static Scenario ofJoint(long seed) {
        var random = new SplittableRandom(seed);
        boolean isPlanned = random.nextInt(8) == 0;
        var sizes =
                new Sizes(
                        2,
                        random.nextInt(1, 3),
                        0,
                        0,
                        random.nextInt(1, 4),
                        random.nextInt(1, 30),
                        40,
                        0,
                        0,
                        oneOf(random, 4_096, 256),
                        Duration.ofSeconds(oneOf(random, 6, 10, 20)));
        OptionalLong none = OptionalLong.empty();
        var limits =
                random.nextInt(3) == 0
                        ? new Limits(none, one(random, 6, 20, 60), none, none, none, none, none)
                        : Limits.NONE;
        return new Scenario(
                seed,
                random,
                isPlanned,
                sizes,
                isPlanned ? Faults.NONE : faults(random),
                new ProviderBehavior(
                        oneOf(random, 100, 95, 80) / 100.0,
                        Duration.ofSeconds(1),
                        Duration.ZERO,
                        Duration.ZERO,
                        new Failing(oneOf(random, REFUSED), 0.03, 0, Duration.ofMillis(30))),
                new FallbackCauses(true, null, Duration.ofSeconds(oneOf(random, 0, 2, 30))),
                null,
                null,
                new CallLimits(limits, false),
                Duration.ofMillis(random.nextInt(5_000, 60_000)));
    }

    /**
     * Returns true for a history in which jobs share prompts that the provider caches. The order of
     * their calls is not checked, nor how well they use limits.
     */
    boolean sharesPrompts() {
        // A separate generator, so that other histories stay as they are.
        return !isJoint()
                && !limits.isAlone
                && outage == null
                && new SplittableRandom(seed + 2).nextInt(PROMPTS_RARITY) == 0;
    }

    /** Returns the models whose provider caches prompts. */
    Set<String> promptModels() {
        return sharesPrompts()
                ? IntStream.range(0, sizes.models)
                        .mapToObj(JobLog::model)
                        .collect(Collectors.toSet())
                : Set.of();
    }

    /** Returns true for a history whose jobs come from other services. */
    boolean isJoint() {
        return sizes.jobs == 0;
    }

    static Scenario of(long seed) {
        var random = new SplittableRandom(seed);
        if (random.nextInt(LIMITS_RARITY) == 0) {
            return switch (random.nextInt(4)) {
                case 0 -> ofFoundLimit(seed, random);
                case 1 -> ofFailingProvider(seed, random);
                case 2 -> ofTiers(seed, random);
                default -> ofLimits(seed, random);
            };
        }
        boolean isPlanned = random.nextInt(4) == 0;
        Sizes sizes = sizes(random);
        Faults faults = isPlanned ? Faults.NONE : faults(random);
        ProviderBehavior provider = provider(random);
        boolean isLimited = random.nextInt(LIMITS_RARITY) == 0;
        boolean hasOutage = sizes.models > 1 && !isLimited && random.nextBoolean();
        boolean isIsolation = isPlanned && hasOutage;
        var chaos = Duration.ofMillis(random.nextInt(isIsolation ? 20_000 : 2_000, 30_000));
        return new Scenario(
                seed,
                random,
                isPlanned,
                sizes,
                faults,
                provider,
                isIsolation ? FallbackCauses.NONE : fallback(random, sizes.models()),
                hasOutage ? outage(random, chaos, isIsolation) : null,
                !isIsolation && random.nextInt(REFUSAL_RARITY) == 0 ? refusal(random, chaos) : null,
                isLimited ? new CallLimits(limits(random), false) : CallLimits.NONE,
                chaos);
    }

    /** Returns a history in which one worker waits only for a limit. */
    private static Scenario ofLimits(long seed, SplittableRandom random) {
        boolean isSlow = random.nextInt(SLOW_LIMIT_RARITY) == 0;
        return ofOneWorker(
                seed,
                random,
                isSlow ? JOBS_OF_SLOW_LIMIT : JOBS_OF_LIMITS,
                new ProviderBehavior(1, Duration.ofMillis(oneOf(random, 5, 50, 500))),
                isSlow ? ONE_A_MINUTE : limits(random),
                isSlow ? Duration.ofMinutes(JOBS_OF_SLOW_LIMIT) : Duration.ofSeconds(1));
    }

    /** Returns a history in which the provider refuses all calls of a few jobs for a time. */
    private static Scenario ofFoundLimit(long seed, SplittableRandom random) {
        var provider =
                new ProviderBehavior(
                        1,
                        Duration.ofMillis(oneOf(random, 50, 500)),
                        Duration.ofMillis(random.nextInt(500, 40_000)),
                        Duration.ofSeconds(oneOf(random, 0, 40, 120)),
                        null);
        return ofOneWorker(
                seed,
                random,
                random.nextInt(1, 30),
                provider,
                Limits.NONE,
                provider.refuses().plus(provider.idle()).plus(AFTER_REFUSALS));
    }

    /**
     * Returns a history in which a provider refuses a few calls at once and answers the others
     * slowly, or has an outage.
     */
    private static Scenario ofFailingProvider(long seed, SplittableRandom random) {
        var latency = Duration.ofMillis(oneOf(random, 100, 1_000, 5_000, 15_000));
        var quick = Duration.ofMillis(30);
        Failing failing =
                random.nextBoolean()
                        ? new Failing(oneOf(random, REFUSED), oneOf(random, 3, 5) / 100.0, 0, quick)
                        : new Failing(
                                oneOf(random, DOWN),
                                1,
                                random.nextLong(3 * latency.toNanos()),
                                random.nextBoolean() ? quick : latency);
        return ofOneWorker(
                seed,
                random,
                JOBS_OF_FAILURES,
                new ProviderBehavior(1, latency, Duration.ZERO, Duration.ZERO, failing),
                Limits.NONE,
                latency.multipliedBy(5).plusSeconds(10));
    }

    /** Returns a history in which jobs are bought at a cheaper tier that refuses calls. */
    private static Scenario ofTiers(long seed, SplittableRandom random) {
        var provider =
                new ProviderBehavior(
                        1,
                        Duration.ofMillis(oneOf(random, 100, 1_000, 5_000)),
                        Duration.ZERO,
                        Duration.ZERO,
                        null,
                        oneOf(random, 0, 30, 60, 100) / 100.0);
        return ofOneWorker(
                seed, random, JOBS_OF_TIERS, provider, Limits.NONE, Duration.ofMinutes(50));
    }

    /** Returns true for a history whose model has a cheaper tier. */
    boolean hasTiers() {
        return provider.refusedTier() >= 0;
    }

    private static Scenario ofOneWorker(
            long seed,
            SplittableRandom random,
            int jobs,
            ProviderBehavior provider,
            Limits limits,
            Duration chaos) {
        return new Scenario(
                seed,
                random,
                true,
                new Sizes(
                        1,
                        random.nextInt(1, 4),
                        jobs,
                        0,
                        1,
                        30,
                        40,
                        0,
                        estimatedTokens(random),
                        4_096,
                        Duration.ofSeconds(10)),
                Faults.NONE,
                provider,
                FallbackCauses.NONE,
                null,
                null,
                new CallLimits(limits, true),
                chaos);
    }

    private static Limits limits(SplittableRandom random) {
        OptionalLong none = OptionalLong.empty();
        return switch (random.nextInt(5)) {
            case 0 -> new Limits(one(random, 1, 2, 5), none, none, none, none, none, none);
            case 1 -> new Limits(none, one(random, 60, 120), none, none, none, none, none);
            case 2 -> new Limits(none, none, none, none, none, one(random, 1, 2, 4), none);
            default -> new Limits(none, none, one(random, 3_000, 6_000), none, none, none, none);
        };
    }

    private static OptionalLong one(SplittableRandom random, int... choices) {
        return OptionalLong.of(oneOf(random, choices));
    }

    private static int estimatedTokens(SplittableRandom random) {
        return oneOf(random, JobRecords.MAX_TOKENS / 10, 4 * JobRecords.MAX_TOKENS);
    }

    private static Refusal refusal(SplittableRandom random, Duration chaos) {
        long from = random.nextLong(chaos.toNanos() / 2);
        int keys = random.nextInt(1, 4);
        return new Refusal(
                oneOf(random, Outcome.REFUSALS),
                keys,
                keys == 1 || random.nextBoolean(),
                from,
                random.nextBoolean() ? Long.MAX_VALUE : random.nextLong(from, chaos.toNanos()));
    }

    private static FallbackCauses fallback(SplittableRandom random, int models) {
        return new FallbackCauses(
                models > 1,
                models > 1 && random.nextInt(3) == 0 ? JobLog.model(random.nextInt(models)) : null,
                Duration.ofSeconds(oneOf(random, 0, 2, 30)));
    }

    private static Outage outage(SplittableRandom random, Duration chaos, boolean isIsolation) {
        long from = random.nextLong(chaos.toNanos() / (isIsolation ? 8 : 2));
        return new Outage(
                JobLog.model(0),
                random.nextInt(4) > 0,
                from,
                isIsolation ? chaos.toNanos() : random.nextLong(from, chaos.toNanos()));
    }

    /**
     * Returns true for a history that shows whether models are isolated: jobs stay at their models,
     * and wait for nothing else.
     */
    boolean isIsolation() {
        return isPlanned && outage != null;
    }

    private static Sizes sizes(SplittableRandom random) {
        // Some histories have very little room for metadata, and large gaps.
        boolean isTight = random.nextInt(8) == 0;
        int models = isTight ? 1 : oneOf(random, 1, 1, 2, 2, 3, 4);
        return new Sizes(
                models,
                isTight ? 1 : random.nextInt(models, 7),
                random.nextInt(5, 41),
                random.nextInt(4) == 0 ? random.nextInt(10, 60) : 0,
                random.nextInt(1, 4),
                random.nextInt(1, 30),
                isTight ? 2 : 40,
                random.nextInt(40) == 0 ? random.nextInt(100_000, 400_000) : 0,
                estimatedTokens(random),
                isTight ? MIN_METADATA_CHARS : oneOf(random, 4_096, 256),
                Duration.ofSeconds(oneOf(random, 6, 10, 20)));
    }

    private static Faults faults(SplittableRandom random) {
        return new Faults(
                rate(random, 0.01),
                rate(random, 0.01),
                rate(random, 0.001),
                rate(random, 0.2),
                rate(random, 0.1),
                rate(random, 0.2),
                rate(random, 0.2),
                rate(random, 0.02));
    }

    /** Returns a probability from 0 to the given maximum, often a small one, sometimes 0. */
    private static double rate(SplittableRandom random, double max) {
        double part = random.nextDouble();
        return random.nextInt(4) == 0 ? 0 : max * part * part;
    }

    private static ProviderBehavior provider(SplittableRandom random) {
        return new ProviderBehavior(
                oneOf(random, 100, 95, 70, 40) / 100.0,
                Duration.ofMillis(oneOf(random, 5, 50, 500, 3_000)));
    }

    /**
     * Returns the settings of a process. All processes of a history have equal settings.
     *
     * @param callTimeout maximum duration of a call
     */
    WorkerConfig config(String instance, Duration callTimeout, LaneWeights weights) {
        // A separate generator, so that each process gets equal values.
        var own = new SplittableRandom(seed + 1);
        Duration initial = Duration.ofMillis(oneOf(own, 1, 50, 500));
        return new WorkerConfig(
                Optional.of(instance),
                ModelSelection.ALL,
                limits.isAlone ? ROOMY : oneOf(own, 1, 2, 5, 20, ROOMY),
                limits.isAlone || outage != null ? ROOMY : oneOf(own, 1, 2, 5, 20, ROOMY),
                sizes.largeJobBytes == 0 ? MAX_HELD : MIN_HELD,
                Duration.ofMillis(oneOf(own, 0, 10, 100)),
                own.nextInt(1, 7),
                new WorkerConfig.Backoff(initial, 2, initial.multipliedBy(8)),
                new WorkerConfig.RetryBudget(oneOf(own, 0, 20, 100), Duration.ofSeconds(10)),
                new WorkerConfig.Timeouts(
                        Duration.ofSeconds(5), TOTAL_TIMEOUT, TOTAL_TIMEOUT, callTimeout),
                refusal == null ? WorkerConfig.Breaker.DEFAULT : breaker(own),
                Duration.ofSeconds(oneOf(own, 0, 1, 5, 20)),
                weights,
                WorkerConfig.Lease.DEFAULT);
    }

    private static WorkerConfig.Breaker breaker(SplittableRandom own) {
        var normal = WorkerConfig.Breaker.DEFAULT;
        return new WorkerConfig.Breaker(
                normal.failureRate(),
                normal.slowCallRate(),
                normal.slowCall(),
                normal.window(),
                normal.minimumCalls(),
                Duration.ofSeconds(oneOf(own, 1, 5, 30)),
                own.nextInt(1, 4));
    }

    static int oneOf(SplittableRandom random, int... choices) {
        return choices[random.nextInt(choices.length)];
    }

    static <T> T oneOf(SplittableRandom random, List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
