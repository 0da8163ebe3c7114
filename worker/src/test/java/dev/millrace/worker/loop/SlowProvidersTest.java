package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Limits;
import dev.millrace.worker.loop.ProviderModel.Failure;
import dev.millrace.worker.loop.ProviderModel.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tries the breakers of the worker's loop, with all its limits and retries, at providers that take
 * a tenth of a second to a minute, and prints the tables of {@code docs/resilience.md}.
 */
@Tag("slow")
class SlowProvidersTest {
    private static final List<Duration> ANSWERS =
            Stream.of(100, 1_000, 5_000, 15_000, 60_000).map(Duration::ofMillis).toList();
    private static final double[] SHARES = {0.03, 0.05, 0.15};
    private static final Duration QUICK = Duration.ofMillis(30);
    private static final Duration LONGEST_RUN = Duration.ofHours(2);

    /** Longer than the wait before the first trial, and than the longest answer. */
    private static final Duration OUTAGE = Duration.ofSeconds(70);

    /** Longer than ten calls one after the other, or at a call a minute. */
    private static final Duration LONG_OUTAGE = Duration.ofMinutes(12);

    /** Latest start of an outage at default settings, while jobs wait for their first calls. */
    private static final Duration LATEST_START = Duration.ofSeconds(5);

    /** Longest wait before a trial, and the number of trials that close a breaker, by default. */
    private static final Duration LONGEST_OPEN = Duration.ofMinutes(5);

    private static final int TRIALS = 3;

    private static final Duration MAX_DELAY = Duration.ofSeconds(5);
    private static final int MAX_FAILURES = 10;

    /** Spread of the logarithms of answers and failures that take different times. */
    private static final double SPREAD = 0.6;

    private static final Duration HANGING = Duration.ofMinutes(2);
    private static final double LEAST_SPEED = 0.9;

    /** A backlog, and what holds back its calls. */
    record Load(String name, int jobs, String worker, Limits limits) {
        static final Load DEFAULT = new Load("default settings", 1_000, "", Limits.NONE);
        static final Load BUSY = busy(400);
        static final Load SMALL = busy(20);
        static final Load SINGLE = new Load("one at a time", 40, "max_in_flight: 1", Limits.NONE);
        static final Load PER_SECOND = new Load("60 a minute", 80, "", perMinute(60));
        static final Load PER_MINUTE = new Load("1 a minute", 15, "", perMinute(1));
        static final List<Load> ALL = List.of(DEFAULT, BUSY, SMALL, SINGLE, PER_SECOND, PER_MINUTE);

        /** Fills all slots at once, since calls need not start carefully below a high limit. */
        private static Load busy(int calls) {
            return new Load(
                    calls + " in flight",
                    3 * calls,
                    "max_in_flight: " + calls,
                    perMinute(1_000_000_000));
        }

        private static Limits perMinute(long calls) {
            var none = OptionalLong.empty();
            return new Limits(none, OptionalLong.of(calls), none, none, none, none, none);
        }

        ClosedLoop run(String breaker, ProviderModel provider) {
            String all =
                    Stream.of(worker, breaker)
                            .filter(it -> !it.isEmpty())
                            .collect(Collectors.joining(", "));
            return new ClosedLoop(new ClosedLoop.Settings(jobs, all, limits, 7), provider)
                    .runUntil(LONGEST_RUN);
        }
    }

    /**
     * Quick failures of a provider that answers the other calls.
     *
     * @param spread of the answers' logarithms; 0 for none
     */
    record Refusals(Load load, Failure failure, double spread) {
        double speed(Duration answer, double share) {
            Duration with = end(answer, share, "");
            Duration without = end(answer, share, "breaker: { failure_rate: 100 }");
            return (double) without.toMillis() / with.toMillis();
        }

        /** Returns when nine of ten jobs have ended. */
        private Duration end(Duration answer, double share, String breaker) {
            var run =
                    load.run(
                            breaker,
                            ProviderModel.answering(ProviderModel.spread(answer, spread, 3))
                                    .failing(share, () -> failure.after(QUICK), 1));
            return run.finishedTimes().get(load.jobs * 9 / 10 - 1);
        }

        @Override
        public String toString() {
            return load.name + ", " + failure + (spread > 0 ? ", spread" : "");
        }
    }

    static Stream<Refusals> refusals() {
        return Load.ALL.stream().map(it -> new Refusals(it, Failure.UNAVAILABLE, 0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void providerThatRefusesAFewCallsKeepsItsSpeed(Refusals refusals) {
        for (double share : SHARES) {
            List<Double> speeds = ANSWERS.stream().map(it -> refusals.speed(it, share)).toList();
            print(
                    "%s, %.0f %%".formatted(refusals, share * 100),
                    speeds.stream().map(it -> "%.2f".formatted(it)));

            assertThat(speeds).allSatisfy(it -> assertThat(it).isGreaterThan(LEAST_SPEED));
        }
    }

    static Stream<Refusals> otherRefusals() {
        return Stream.of(
                new Refusals(Load.BUSY, Failure.INTERNAL_ERROR, 0),
                new Refusals(Load.BUSY, Failure.RATE_LIMITED, 0),
                new Refusals(Load.BUSY, Failure.UNAVAILABLE, SPREAD));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("otherRefusals")
    @Tag("long")
    void anyRefusalsKeepTheSpeed(Refusals refusals) {
        providerThatRefusesAFewCallsKeepsItsSpeed(refusals);
    }

    /**
     * An outage, in which all calls fail.
     *
     * @param isQuick true if calls fail at once, false if after the time of an answer
     */
    record Outage(Load load, Failure failure, boolean isQuick) {
        /** Runs the jobs, the first of which end before the outage. */
        String run(Duration answer) {
            Duration from = from(answer);
            Duration length =
                    load.equals(Load.PER_MINUTE) || load.equals(Load.SINGLE) ? LONG_OUTAGE : OUTAGE;
            Supplier<Reply> failed = () -> failure.after(isQuick ? QUICK : answer);
            var run =
                    load.run(
                            "",
                            ProviderModel.answering(() -> answer)
                                    .failingBetween(from, from.plus(length), failed));
            Duration opened = run.openings().getFirst();
            Duration delay = openingDelay(run);
            assertThat(delay.compareTo(MAX_DELAY) <= 0 || run.failedUntil(opened) <= MAX_FAILURES)
                    .as("opened %s after the first failure", delay)
                    .isTrue();
            assertThat(run.finishedTimes()).hasSize(load.jobs);
            assertThat(run.lastFinished())
                    .as("end after the outage")
                    .isLessThan(
                            from.plus(length)
                                    .plus(LONGEST_OPEN)
                                    .plus(answer.multipliedBy(TRIALS))
                                    .plus(undisturbed(answer)));
            return "%.1f s, %d".formatted(delay.toMillis() / 1e3, run.failedUntil(opened));
        }

        /** Returns the time that all jobs take without an outage. */
        private Duration undisturbed(Duration answer) {
            var run = load.run("", ProviderModel.answering(() -> answer));
            return run.finishedTimes().getLast();
        }

        /** Returns a time at which a part of the jobs has started. */
        private Duration from(Duration answer) {
            if (load.equals(Load.PER_MINUTE)) {
                return Duration.ofMinutes(5);
            }
            if (load.equals(Load.PER_SECOND)) {
                return Duration.ofSeconds(20);
            }
            Duration from = answer.multipliedBy(3).dividedBy(2);
            return load.equals(Load.DEFAULT) && from.compareTo(LATEST_START) > 0
                    ? LATEST_START
                    : from;
        }

        @Override
        public String toString() {
            return load.name
                    + ", "
                    + failure
                    + (isQuick ? " at once" : " after the time of an answer");
        }
    }

    /** Returns the time from the first failure to the first opening. */
    private static Duration openingDelay(ClosedLoop run) {
        Duration first =
                run.calls().stream()
                        .filter(it -> !it.reply().isAnswer())
                        .map(ClosedLoop.EndedCall::ended)
                        .findFirst()
                        .orElseThrow();
        return run.openings().getFirst().minus(first);
    }

    static Stream<Outage> outages() {
        return Load.ALL.stream()
                .flatMap(
                        load ->
                                Stream.of(
                                        new Outage(load, Failure.UNAVAILABLE, true),
                                        new Outage(load, Failure.UNAVAILABLE, false)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("outages")
    void outageOpensABreakerSoonAndEndsNoJob(Outage outage) {
        print(outage.toString(), ANSWERS.stream().map(outage::run));
    }

    static Stream<Outage> otherOutages() {
        return Load.ALL.stream()
                .flatMap(
                        load ->
                                Stream.of(
                                        new Outage(load, Failure.CONNECTION_REFUSED, true),
                                        new Outage(load, Failure.REJECTED_KEY, true),
                                        new Outage(load, Failure.TIMED_OUT, false)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("otherOutages")
    @Tag("long")
    void anyOutageOpensABreakerSoonAndEndsNoJob(Outage outage) {
        outageOpensABreakerSoonAndEndsNoJob(outage);
    }

    static Stream<Load> loads() {
        return Stream.of(Load.DEFAULT, Load.SINGLE, Load.PER_SECOND, Load.PER_MINUTE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("loads")
    @Tag("long")
    void pageForEachCallEndsNoJob(Load load) {
        for (Duration answer : ANSWERS) {
            for (Duration took : List.of(QUICK, answer)) {
                var run =
                        load.run(
                                "",
                                ProviderModel.answering(() -> answer)
                                        .failingBetween(
                                                Duration.ZERO,
                                                LONG_OUTAGE,
                                                () -> Failure.PAGE.after(took)));

                assertThat(run.openings()).as("%s", answer).isNotEmpty();
                assertThat(run.finishedTimes()).as("%s", answer).hasSize(load.jobs);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("loads")
    void pageForOneJobEndsThatJobAndHoldsBackNoOther(Load load) {
        for (Duration answer : ANSWERS) {
            var provider = ProviderModel.answering(() -> answer);
            var run = load.run("", provider.refusing("0-5", () -> Failure.PAGE.after(QUICK)));

            assertThat(run.failedJobs()).as("%s", answer).isEqualTo(1);
            assertThat(run.finishedTimes()).as("%s", answer).hasSize(load.jobs - 1);
            // Alone at last, it fails as in an outage.
            Duration lastOther =
                    run.calls().stream()
                            .filter(it -> it.reply().isAnswer())
                            .map(ClosedLoop.EndedCall::started)
                            .max(Duration::compareTo)
                            .orElseThrow();
            assertThat(run.openings())
                    .as("%s", answer)
                    .allSatisfy(it -> assertThat(it).isGreaterThan(lastOther));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 100, 400})
    void failuresThatTakeDifferentTimesOpenABreakerWithinTwoAnswers(int inFlight) {
        var load = Load.busy(inFlight);
        List<Duration> delays = ANSWERS.stream().map(it -> delayOfSpread(load, it)).toList();
        print(
                load.name + ", 503 after different times",
                delays.stream().map(it -> "%.1f s".formatted(it.toMillis() / 1e3)));

        for (int i = 0; i < delays.size(); i++) {
            assertThat(delays.get(i)).isLessThan(ANSWERS.get(i).multipliedBy(2).plus(MAX_DELAY));
        }
    }

    /** Runs an outage in which failures spread as the answers did. */
    private static Duration delayOfSpread(Load load, Duration answer) {
        Duration from = answer.multipliedBy(3).dividedBy(2);
        Duration to = from.plus(OUTAGE).plus(answer.multipliedBy(2));
        var failing = ProviderModel.spread(answer, SPREAD, 5);
        var run =
                load.run(
                        "",
                        ProviderModel.answering(ProviderModel.spread(answer, SPREAD, 3))
                                .failingBetween(
                                        from, to, () -> Failure.UNAVAILABLE.after(failing.get())));
        assertThat(run.failedJobs()).isZero();
        return openingDelay(run);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 15})
    void outageInWhichSomeCallsHangOpensABreakerSoon(int seconds) {
        Duration answer = Duration.ofSeconds(seconds);
        Duration from = answer.multipliedBy(3).dividedBy(2);
        var random = new SplittableRandom(11);
        var run =
                Load.BUSY.run(
                        "",
                        ProviderModel.answering(() -> answer)
                                .failingBetween(
                                        from,
                                        from.plus(OUTAGE),
                                        () ->
                                                random.nextDouble() < 0.4
                                                        ? Failure.UNAVAILABLE.after(QUICK)
                                                        : Failure.TIMED_OUT.after(HANGING)));

        assertThat(openingDelay(run)).isLessThan(MAX_DELAY);
    }

    private static void print(String name, Stream<String> cells) {
        System.out.printf(
                Locale.ROOT, "| %s | %s |%n", name, cells.collect(Collectors.joining(" | ")));
    }
}
