package dev.millrace.worker.loop;

import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Lane;
import dev.millrace.quota.ConcurrencyPermits;
import dev.millrace.quota.LeaseTimes;
import dev.millrace.quota.QuotaRecord;
import dev.millrace.quota.RateLimit;
import dev.millrace.quota.RatePermits;
import dev.millrace.quota.SharedLimit;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.quota.PermitSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** A worker on simulated time whose calls are limited, and a provider with a fixed answer time. */
final class LimitedWorker {
    private static final Duration LONGEST_STEP = Duration.ofMillis(200);
    private static final Duration SHORTEST_STEP = Duration.ofMillis(1);

    private static final Duration REFUSAL = Duration.ofMillis(5);

    /** Time whose calls the provider accepts at once after a pause. */
    private static final Duration BURST = Duration.ofSeconds(5);

    /** Turns between two calls at the limit. */
    private static final int STEPS_PER_CALL = 10;

    private static final OptionalLong NONE = OptionalLong.empty();

    /** Where the worker knows its limit from. */
    enum Source {
        CONFIGURED_REQUESTS,
        CONFIGURED_TOKENS,
        CONFIGURED_CONCURRENCY,
        NAMED_BY_HEADERS,
        FOUND
    }

    /**
     * A limit, and the time in which the provider answers.
     *
     * @param amount calls a minute, or calls in flight
     */
    record Scene(Source source, int amount, Duration answer) {
        double perSecond() {
            return source == Source.CONFIGURED_CONCURRENCY
                    ? amount * 1e9 / answer.toNanos()
                    : amount / 60.0;
        }

        /** Returns the configured limits. */
        Limits limits() {
            return switch (source) {
                case CONFIGURED_REQUESTS -> limits(OptionalLong.of(amount), NONE, NONE);
                // A call is estimated to use 100 tokens and the body's; it uses 1,100.
                case CONFIGURED_TOKENS -> limits(NONE, OptionalLong.of(1_100L * amount), NONE);
                case CONFIGURED_CONCURRENCY -> limits(NONE, NONE, OptionalLong.of(amount));
                case NAMED_BY_HEADERS, FOUND -> Limits.NONE;
            };
        }

        private static Limits limits(
                OptionalLong requests, OptionalLong tokens, OptionalLong concurrency) {
            return new Limits(NONE, requests, tokens, NONE, NONE, concurrency, NONE);
        }

        /** Returns the calls that the provider accepts at once after a pause. */
        private double room() {
            return Math.max(2, BURST.toSeconds() * perSecond());
        }

        private Duration step() {
            Duration step = Duration.ofNanos((long) (1e9 / perSecond() / STEPS_PER_CALL));
            return step.compareTo(LONGEST_STEP) > 0
                    ? LONGEST_STEP
                    : step.compareTo(SHORTEST_STEP) < 0 ? SHORTEST_STEP : step;
        }
    }

    /** A call that was answered or is running. */
    record Start(String customId, Instant at) {}

    final TestWorker worker;
    private final Scene scene;
    private final Duration step;
    private final List<Start> starts = new ArrayList<>();
    private final List<Ending> endings = new ArrayList<>();
    private double bucket;
    private Instant filled;
    private int seen;

    private final SharedPermits permits = new SharedPermits();

    /** The permits of a worker that shares its limits, and exchanges their records at once. */
    private static final class SharedPermits implements PermitSource {
        private static final LeaseTimes TIMES =
                new LeaseTimes(Duration.ofSeconds(5), Duration.ofMillis(250));
        private final List<SharedLimit<?>> limits = new ArrayList<>();

        @Override
        public RatePermits rate(String key, RateLimit limit, long nowNanos) {
            return join(SharedLimit.rate(1, limit, TIMES, new SplittableRandom(1), nowNanos));
        }

        @Override
        public ConcurrencyPermits concurrency(String key, int limit, long nowNanos) {
            return join(
                    SharedLimit.concurrency(
                            1,
                            limit,
                            Duration.ofMinutes(5),
                            TIMES,
                            new SplittableRandom(1),
                            nowNanos));
        }

        private <P> P join(SharedLimit<P> limit) {
            limits.add(limit);
            return limit.permits();
        }

        void exchange(long nowNanos) {
            for (SharedLimit<?> limit : limits) {
                for (QuotaRecord it : limit.onTick(nowNanos)) {
                    limit.onRecord(it, nowNanos, 1);
                }
            }
        }
    }

    private record Ending(Instant at, String customId, boolean isRefused) {}

    LimitedWorker(FakeCluster cluster, Scene scene, String settings, Lane... lanes) {
        this.scene = scene;
        step = scene.step();
        worker = new TestWorker(cluster, permits, scene.limits(), settings);
        filled = worker.time.now();
        worker.source.maxPollRecords = 5_000;
        worker.source.assign(Stream.of(lanes).map(FakeCluster::partition).toList());
    }

    /** Returns the calls that were not refused, in the order of their starts. */
    List<Start> starts() {
        return List.copyOf(starts);
    }

    /** Runs until a number of calls have started that the provider does not refuse. */
    List<Start> run(int calls) {
        int end = starts.size() + calls;
        while (starts.size() < end) {
            turn();
        }
        return starts.subList(end - calls, end);
    }

    private void turn() {
        worker.time.advance(step);
        Instant now = worker.time.now();
        double passed = Duration.between(filled, now).toNanos() * scene.perSecond() / 1e9;
        bucket = Math.min(scene.room(), bucket + passed);
        filled = now;
        List<Ending> due = endings.stream().filter(it -> !it.at.isAfter(now)).toList();
        endings.removeAll(due);
        due.forEach(this::end);
        permits.exchange(worker.time.clock().nanos());
        worker.loop.runOnce();
        List<String> calls = worker.providers.calls;
        for (; seen < calls.size(); seen++) {
            onCall(calls.get(seen), now);
        }
    }

    private void end(Ending ending) {
        worker.providers.took = ending.isRefused ? REFUSAL : scene.answer;
        worker.providers.end(ending.customId, verdict(ending.isRefused));
    }

    private void onCall(String customId, Instant now) {
        boolean isRefused = scene.source == Source.FOUND && bucket < 1;
        bucket -= isRefused ? 0 : 1;
        endings.add(
                new Ending(
                        isRefused ? now.plus(REFUSAL) : now.plus(scene.answer),
                        customId,
                        isRefused));
        if (!isRefused) {
            starts.add(new Start(customId, now));
        }
    }

    private Verdict verdict(boolean isRefused) {
        if (isRefused) {
            var wait = Duration.ofMillis((long) Math.ceil((1 - bucket) * 1e3 / scene.perSecond()));
            return FakeProviders.failed(ErrorCode.RATE_LIMIT_EXCEEDED, wait, Billing.NOTHING);
        }
        if (scene.source != Source.NAMED_BY_HEADERS) {
            return FakeProviders.good();
        }
        var headers =
                new ResponseHeaders(
                        Map.of("x-ratelimit-limit-requests", String.valueOf(scene.amount)));
        var good = (Verdict.Answered) FakeProviders.good();
        var response = Objects.requireNonNull(good.response());
        return new Verdict.Answered(
                new Verdict.Response(200, headers, response.body()), good.billing());
    }
}
