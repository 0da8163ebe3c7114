package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.loop.ProviderModel.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Jobs that are bought at the lowest price, at a model with a cheaper tier. */
class CheaperTierLoopTest {
    private static final String FLEX = "flex";
    private static final String STANDARD = "standard";

    /** One input and two output tokens cost 5 USD a million, and half of it at the cheaper tier. */
    private static final Price PRICE = price("0.5", "1");

    /** Longest call at the standard tier twice, and one at the cheaper tier. */
    private static final Duration UNMEASURED = Duration.ofMinutes(10 + 10 + 15);

    private static final Duration STEP = Duration.ofSeconds(1);

    private final FakeCluster cluster = new FakeCluster();

    private static Price price(String input, String output) {
        var standard = Price.of("1", "2");
        return new Price(
                standard.input(),
                standard.cachedInput(),
                standard.cacheWrite(),
                standard.cacheWriteHour(),
                standard.output(),
                List.of(),
                Map.of(FLEX, Price.of(input, output)),
                Map.of(),
                Optional.empty());
    }

    private TestWorker worker() {
        return new TestWorker(cluster, PRICE, "max_in_flight: 100");
    }

    private static Instant in(Duration time) {
        return FakeCluster.SUBMITTED.plus(time);
    }

    private static Verdict refused(Failure failure) {
        return failure.after(Duration.ofMillis(5)).verdict();
    }

    private static void pass(TestWorker worker, Duration time) {
        for (Duration left = time; left.isPositive(); left = left.minus(STEP)) {
            worker.time.advance(STEP);
            worker.turn(2);
        }
    }

    /** Refuses the calls of a job at the cheaper tier until it is called at the standard one. */
    private static Instant refuseUntilSpilled(TestWorker worker, String job) {
        while (true) {
            int last = worker.providers.calls.lastIndexOf(job);
            if (worker.providers.running().contains(job)) {
                if (worker.providers.tiers.get(last).equals(STANDARD)) {
                    return worker.time.now();
                }
                worker.providers.end(job, refused(Failure.RATE_LIMITED));
            }
            pass(worker, Duration.ofSeconds(1));
        }
    }

    private List<CostEvent> finals() {
        return cluster.costs().stream().filter(CostEvent::isFinal).toList();
    }

    @Nested
    class WhenThereIsTime {
        @Test
        void cheaperTierIsCalled() {
            cluster.lowestJob(0, 0, in(Duration.ofHours(2)));
            var worker = worker().owning(0);

            assertThat(worker.providers.tiers).containsExactly(FLEX);
            assertThat(worker.providers.idempotencyKeys.getFirst()).endsWith("-flex");
        }

        @Test
        void costIsThatOfTheTier() {
            cluster.lowestJob(0, 0, in(Duration.ofHours(2)));
            var worker = worker().owning(0);
            worker.providers.answer("0-0");
            worker.turn(3);

            assertThat(finals())
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.cost().usage().service().tier()).isEqualTo(FLEX);
                                assertThat(it.costUsd()).isEqualByComparingTo("0.0006");
                                assertThat(it.savedUsd()).isEqualByComparingTo("0.0006");
                                assertThat(it.cost().spilled()).isFalse();
                            });
        }

        @Test
        void callEndsInTimeForTheStandardTier() {
            for (int i = 0; i < 40; i++) {
                cluster.lowestJob(0, i, in(Duration.ofHours(5)));
            }
            var worker = worker().owning(0);
            while (cluster.results().size() < 40) {
                worker.providers.running().forEach(worker.providers::answer);
                pass(worker, STEP);
            }
            // The standard tier is not measured, so that 20 of these minutes belong to it.
            cluster.lowestJob(0, 100, worker.time.now().plus(Duration.ofMinutes(21)));
            pass(worker, STEP);

            int call = worker.providers.calls.indexOf("0-100");
            assertThat(worker.providers.tiers.get(call)).isEqualTo(FLEX);
            assertThat(Duration.ofNanos(worker.providers.windows.get(call).longestNanos()))
                    .isBetween(Duration.ofSeconds(50), Duration.ofMinutes(1));
        }

        @Test
        void jobsThatArriveTogetherCountEachOther() {
            // With 100 slots, the standard tier starts a call each 6 seconds.
            for (int i = 0; i < 40; i++) {
                cluster.lowestJob(0, i, in(UNMEASURED.plusMinutes(1)));
            }
            var worker = worker().owning(0);
            pass(worker, STEP);

            assertThat(worker.providers.tiers.stream().filter(FLEX::equals).toList())
                    .hasSizeBetween(8, 11);
        }

        @Test
        void jobWithoutADeadlineIsCalledThereForADay() {
            cluster.lowestJob(0, 0, null);
            var worker = worker().owning(0);

            Instant spilled = refuseUntilSpilled(worker, "0-0");

            assertThat(spilled)
                    .isBetween(
                            in(Duration.ofDays(1)).minus(UNMEASURED).minusSeconds(10),
                            in(Duration.ofDays(1)).minus(UNMEASURED).plusSeconds(2));
        }

        @Test
        void otherJobsAreCalledAtTheStandardTier() {
            cluster.job(0, 0, FakeCluster.MODEL, in(Duration.ofHours(2)));

            assertThat(worker().owning(0).providers.tiers).containsExactly(STANDARD);
        }

        @Test
        void ownTierOfABodyIsKept() {
            cluster.lowestJob(0, 0, in(Duration.ofHours(2)));
            cluster.replaceBody(
                    0, 0, "\"messages\":[]", "\"messages\":[],\"service_tier\":\"auto\"");

            assertThat(worker().owning(0).providers.tiers).containsExactly(STANDARD);
        }

        @Test
        void tierThatIsNotCheaperIsNotCalled() {
            cluster.lowestJob(0, 0, in(Duration.ofHours(2)));
            var worker = new TestWorker(cluster, price("1", "2"), "max_in_flight: 100").owning(0);

            assertThat(worker.providers.tiers).containsExactly(STANDARD);
        }
    }

    @Nested
    class WhenItIsTooLate {
        @Test
        void jobIsCalledAtTheStandardTier() {
            cluster.lowestJob(0, 0, in(UNMEASURED));
            var worker = worker().owning(0);
            worker.providers.answer("0-0");
            worker.turn(3);

            assertThat(worker.providers.tiers).containsExactly(STANDARD);
            assertThat(finals()).singleElement().matches(it -> it.cost().spilled());
            assertThat(worker.registry.get("millrace.worker.jobs.spilled").counter().count())
                    .isOne();
        }

        @Test
        void refusedJobSpillsBeforeItsLatestSafeStart() {
            Instant deadline = in(Duration.ofHours(2));
            cluster.lowestJob(0, 0, deadline);
            var worker = worker().owning(0);

            Instant spilled = refuseUntilSpilled(worker, "0-0");

            assertThat(spilled)
                    .isBetween(
                            deadline.minus(UNMEASURED).minusSeconds(10),
                            deadline.minus(UNMEASURED).plusSeconds(2));
            worker.providers.answer("0-0");
            worker.turn(3);
            assertThat(cluster.results().getFirst().attempts()).isOne();
            assertThat(cluster.costs())
                    .singleElement()
                    .satisfies(it -> assertThat(it.kind()).isEqualTo(CostKind.BILLED));
        }

        @Test
        void jobSpillsFromTheQueueOfTheTierToGuaranteedSlots() {
            for (int i = 0; i < 20; i++) {
                cluster.lowestJob(0, i, in(Duration.ofHours(4)));
            }
            var worker = new TestWorker(cluster, PRICE, "max_in_flight: 8").owning(0);
            pass(worker, Duration.ofSeconds(10));
            assertThat(worker.providers.tiers).containsOnly(FLEX);

            pass(worker, Duration.ofHours(4).minus(UNMEASURED));

            assertThat(worker.providers.tiers).contains(STANDARD);
        }

        @Test
        void measuredCallsLeaveMoreTime() {
            for (int i = 0; i < 40; i++) {
                cluster.job(0, i);
            }
            var worker = worker().owning(0);
            pass(worker, Duration.ofSeconds(20));
            worker.providers.running().forEach(worker.providers::answer);
            pass(worker, Duration.ofSeconds(2));

            cluster.lowestJob(0, 100, worker.time.now().plus(Duration.ofMinutes(17)));
            pass(worker, Duration.ofSeconds(2));

            assertThat(worker.providers.tiers.getLast()).isEqualTo(FLEX);
        }
    }

    @Nested
    class WhenSomeCallsAreSlow {
        private static final int CALLS = 40;
        private static final Verdict TIMEOUT =
                FakeProviders.failed(ErrorCode.TIMEOUT, null, Billing.UNCERTAIN);

        private TestWorker worker() {
            return new TestWorker(cluster, PRICE, "max_in_flight: 100, " + TestWorker.NO_BREAKER);
        }

        /** Lets one of many jobs time out, and answers the others at once. */
        private void endCalls(TestWorker worker, Duration timeout) {
            pass(worker, STEP);
            worker.providers.took = timeout;
            worker.providers.end("0-0", TIMEOUT);
            worker.turn(1);
            worker.providers.took = Duration.ofMillis(5);
            answerAllBut("0-0", worker);
        }

        private void answerAllBut(String job, TestWorker worker) {
            while (cluster.results().size() < CALLS - 1) {
                worker.providers.running().stream()
                        .filter(it -> !it.equals(job))
                        .forEach(worker.providers::answer);
                pass(worker, STEP);
            }
        }

        private String tierOfJobDueIn(Duration time, TestWorker worker) {
            cluster.lowestJob(0, 100, worker.time.now().plus(time));
            pass(worker, Duration.ofSeconds(2));
            return worker.providers.tiers.get(worker.providers.calls.indexOf("0-100"));
        }

        @Test
        void timeoutAtTheStandardTierCounts() {
            for (int i = 0; i < CALLS; i++) {
                cluster.job(0, i);
            }
            var worker = worker().owning(0);
            endCalls(worker, Duration.ofMinutes(5));

            assertThat(tierOfJobDueIn(Duration.ofMinutes(24), worker)).isEqualTo(STANDARD);
        }

        @Test
        void timeoutAtTheCheaperTierCounts() {
            for (int i = 0; i < CALLS; i++) {
                cluster.lowestJob(0, i, in(Duration.ofDays(1)));
            }
            var worker = worker().owning(0);
            endCalls(worker, Duration.ofMinutes(10));

            assertThat(tierOfJobDueIn(Duration.ofMinutes(29), worker)).isEqualTo(STANDARD);
        }

        @Test
        void runningCallsAtTheCheaperTierCount() {
            for (int i = 0; i < CALLS; i++) {
                cluster.lowestJob(0, i, in(Duration.ofDays(1)));
            }
            var worker = worker().owning(0);
            pass(worker, STEP);

            // If they fail, the standard tier starts one of them each 6 seconds.
            assertThat(tierOfJobDueIn(UNMEASURED.plusMinutes(3), worker)).isEqualTo(STANDARD);
        }

        @Test
        void limitOfTheStandardTierCountsWhileAllCallsRun() {
            var limits =
                    new Limits(
                            OptionalLong.empty(),
                            OptionalLong.of(1),
                            OptionalLong.empty(),
                            OptionalLong.empty(),
                            OptionalLong.empty(),
                            OptionalLong.empty(),
                            OptionalLong.empty());
            for (int i = 0; i < 10; i++) {
                cluster.lowestJob(0, i, in(Duration.ofDays(1)));
            }
            var worker =
                    new TestWorker(
                                    cluster,
                                    limits,
                                    PRICE,
                                    "max_in_flight: 100, " + TestWorker.NO_BREAKER)
                            .owning(0);
            pass(worker, STEP);

            // The standard tier needs ten minutes for the jobs that run.
            assertThat(tierOfJobDueIn(UNMEASURED.plusMinutes(5), worker)).isEqualTo(STANDARD);
        }

        @Test
        void waitForAPermitThatAnotherWorkerHasTakenCounts() {
            for (int i = 0; i < CALLS; i++) {
                cluster.job(0, i);
            }
            var permits = new FakePermits();
            permits.areTakenByOthers = true;
            var worker = new TestWorker(cluster, permits, PRICE).owning(0);
            pass(worker, Duration.ofMinutes(5));
            permits.areTakenByOthers = false;
            answerAllBut("", worker);

            assertThat(tierOfJobDueIn(Duration.ofMinutes(24), worker)).isEqualTo(STANDARD);
        }
    }

    @Nested
    class WhenAPartitionHasUnreadJobs {
        private static final Duration DEADLINE = Duration.ofHours(6);

        /** Time between calls at the standard tier: each of 8 slots is taken for 10 minutes. */
        private static final Duration EACH = Duration.ofSeconds(75);

        private static final int JOBS = 100;

        private TestWorker worker() {
            return new TestWorker(
                    cluster,
                    PRICE,
                    "max_in_flight: 8, max_open_per_partition: 10, " + TestWorker.NO_BREAKER);
        }

        @Test
        void latestStartCountsThem() {
            for (int i = 0; i < JOBS; i++) {
                cluster.lowestJob(0, i, in(DEADLINE));
            }
            var worker = worker();
            worker.source.maxPollRecords = 20;
            worker.providers.immediateVerdict = refused(Failure.UNAVAILABLE);
            worker.owning(0);

            while (!worker.providers.tiers.contains(STANDARD)) {
                pass(worker, STEP);
            }

            Instant latest = in(DEADLINE.minus(UNMEASURED).minus(EACH.multipliedBy(JOBS)));
            assertThat(worker.time.now()).isBetween(latest.minusSeconds(10), latest.plus(EACH));
        }

        @Test
        void jobsAtTheStandardTierDoNotCount() {
            // With 100 slots, the standard tier starts a call each 6 seconds.
            cluster.lowestJob(0, 0, in(UNMEASURED.plusSeconds(6 * JOBS / 2)));
            for (int i = 1; i < JOBS; i++) {
                cluster.job(0, i);
            }
            var worker =
                    new TestWorker(
                            cluster,
                            PRICE,
                            "max_in_flight: 100, max_open_per_partition: 10, "
                                    + TestWorker.NO_BREAKER);
            worker.source.maxPollRecords = 20;
            worker.owning(0);

            for (int second = 0; second < 60; second++) {
                if (worker.providers.running().contains("0-0")) {
                    worker.providers.end("0-0", refused(Failure.UNAVAILABLE));
                }
                pass(worker, STEP);
            }

            assertThat(worker.providers.calls.stream().filter("0-0"::equals)).hasSizeGreaterThan(2);
            assertThat(worker.providers.tiers.stream().filter(FLEX::equals))
                    .hasSameSizeAs(worker.providers.calls.stream().filter("0-0"::equals).toList());
        }
    }

    @Nested
    class WhenTheTierIsRefused {
        @ParameterizedTest
        @EnumSource(names = {"RATE_LIMITED", "UNAVAILABLE"})
        void jobWaitsAndTriesAgain(Failure failure) {
            cluster.lowestJob(0, 0, in(Duration.ofHours(2)));
            var worker = worker().owning(0);
            worker.providers.end("0-0", refused(failure));
            pass(worker, Duration.ofSeconds(1));

            assertThat(worker.providers.running()).isEmpty();
            assertThat(worker.loop.report().waits())
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.model()).isEqualTo(FakeCluster.MODEL);
                                assertThat(it.reason()).isEqualTo(WaitingReason.CHEAPER_TIER);
                                assertThat(it.value())
                                        .startsWith(
                                                "flex: refused; at the standard tier from 2026");
                            });
            pass(worker, Duration.ofSeconds(10));
            assertThat(worker.providers.tiers).containsExactly(FLEX, FLEX);
            assertThat(worker.providers.attempts).containsOnly(1);
        }

        @Test
        void noStandardJobWaits() {
            for (int i = 0; i < 50; i++) {
                cluster.lowestJob(0, i, in(Duration.ofHours(2)));
            }
            var worker = worker();
            worker.providers.immediateVerdict = refused(Failure.UNAVAILABLE);
            worker.owning(0);
            pass(worker, Duration.ofSeconds(30));
            worker.providers.immediateVerdict = null;

            for (int i = 60; i < 65; i++) {
                cluster.job(0, i);
            }
            worker.turn(5);

            assertThat(worker.providers.running()).contains("0-60", "0-61", "0-62", "0-63", "0-64");
            assertThat(worker.loop.report().waits())
                    .extracting(Waiting::reason)
                    .containsOnly(WaitingReason.CHEAPER_TIER);
        }

        @Test
        void failureOfTheAccountIsNoRefusalOfTheTier() {
            cluster.lowestJob(0, 0, in(Duration.ofHours(2)));
            var worker = worker().owning(0);
            worker.providers.end("0-0", refused(Failure.REJECTED_KEY));
            pass(worker, Duration.ofSeconds(2));

            assertThat(worker.loop.report().waits())
                    .extracting(Waiting::reason)
                    .containsExactly(WaitingReason.KEY);
        }
    }

    @Nested
    class WhenCallsAtTheTierFail {
        private static final String OTHER = "m2";

        /** Calls a lowest job until it has no call, and fails its calls at the cheaper tier. */
        private static void failAtTheTier(TestWorker worker, String job, Verdict verdict) {
            while (worker.providers.running().contains(job)
                    && worker.providers
                            .tiers
                            .get(worker.providers.calls.lastIndexOf(job))
                            .equals(FLEX)) {
                worker.providers.end(job, verdict);
                pass(worker, Duration.ofMinutes(2));
            }
        }

        @Test
        void halfOfTheAttemptsAreLeftForTheStandardTier() {
            cluster.lowestJob(0, 0, in(Duration.ofDays(1)));
            var worker = new TestWorker(cluster, PRICE, TestWorker.NO_BREAKER).owning(0);

            failAtTheTier(
                    worker,
                    "0-0",
                    FakeProviders.failed(ErrorCode.TIMEOUT, null, Billing.UNCERTAIN));

            assertThat(worker.providers.tiers).containsExactly(FLEX, FLEX, FLEX, STANDARD);
            worker.providers.answer("0-0");
            worker.turn(3);
            assertThat(cluster.results()).singleElement().matches(it -> it.errorCode() == null);
            assertThat(finals()).singleElement().matches(it -> it.cost().spilled());
        }

        @Test
        void singleAttemptIsNotRiskedThere() {
            cluster.lowestJob(0, 0, in(Duration.ofDays(1)));

            assertThat(new TestWorker(cluster, PRICE, "max_attempts: 1").owning(0).providers.tiers)
                    .containsExactly(STANDARD);
        }

        @Test
        void waitThatTheProviderAsksForEndsAtTheLatestSafeStart() {
            cluster.lowestJob(0, 0, in(Duration.ofHours(1)));
            var worker =
                    new TestWorker(cluster, PRICE, "max_in_flight: 100, " + TestWorker.NO_BREAKER)
                            .owning(0);
            worker.providers.end(
                    "0-0",
                    FakeProviders.failed(
                            ErrorCode.SERVER_ERROR, Duration.ofHours(3), Billing.NOTHING));
            pass(worker, Duration.ofHours(1).minus(UNMEASURED).plusSeconds(2));

            assertThat(worker.providers.tiers).containsExactly(FLEX, STANDARD);
        }

        @Test
        void openBreakerOfTheTierHandsNoJobOverToAnotherModel() {
            for (int i = 0; i < 12; i++) {
                cluster.chainedLowestJob(i, in(Duration.ofHours(4)), FakeCluster.MODEL, OTHER);
            }
            var worker =
                    new TestWorker(cluster, PRICE, "max_in_flight: 100", FakeCluster.MODEL, OTHER)
                            .owning(0);
            for (String job : worker.providers.running()) {
                worker.providers.end(
                        job, FakeProviders.failed(ErrorCode.TIMEOUT, null, Billing.UNCERTAIN));
                pass(worker, STEP);
            }

            pass(worker, Duration.ofMinutes(1));

            assertThat(cluster.openJobs()).hasSize(12);
            assertThat(worker.loop.report().waits())
                    .extracting(Waiting::reason)
                    .contains(WaitingReason.CHEAPER_TIER);
        }
    }

    @Nested
    class WhenATenantWasPaused {
        @Test
        void pauseIsNotTakenForTheTimeThatCallsNeed() {
            var pause = new ControlKey.PauseTenant("t");
            for (int i = 0; i < 30; i++) {
                cluster.job(0, i);
            }
            var worker = worker();
            worker.control.publish(pause, FakeCluster.SUBMITTED);
            worker.turn(1);
            worker.owning(0);
            pass(worker, Duration.ofHours(3));
            worker.control.remove(pause);
            pass(worker, Duration.ofSeconds(5));
            worker.providers.running().forEach(worker.providers::answer);
            pass(worker, Duration.ofSeconds(2));
            assertThat(cluster.results()).hasSize(30);

            cluster.lowestJob(0, 100, worker.time.now().plus(Duration.ofHours(1)));
            pass(worker, Duration.ofSeconds(2));

            assertThat(worker.providers.tiers.getLast()).isEqualTo(FLEX);
        }
    }

    @Nested
    class WhenTheModelLacksTheTier {
        @Test
        void errorAboutAnotherWordIsNotAboutTheTier() {
            cluster.lowestJob(0, 0, in(Duration.ofDays(1)));
            var worker = worker().owning(0);
            worker.providers.end("0-0", badRequest("Invalid schema for function 'flexbox_layout'"));
            worker.turn(5);
            cluster.lowestJob(0, 10, in(Duration.ofDays(1)));
            worker.turn(5);

            assertThat(cluster.results()).hasSize(1);
            assertThat(worker.providers.tiers).containsExactly(FLEX, FLEX);
        }

        private static Verdict unsupported() {
            return badRequest("Unsupported service_tier: flex");
        }

        private static Verdict badRequest(String message) {
            return new Verdict.Failed(
                    ErrorCode.VALIDATION_ERROR,
                    "the provider answered 400: " + message,
                    new Verdict.Response(400, ResponseHeaders.NONE, ProviderBody.of(new byte[0])),
                    null,
                    Billing.NOTHING);
        }

        @Test
        void jobsAreCalledAtTheStandardTierForAnHour() {
            cluster.lowestJob(0, 0, in(Duration.ofDays(1)));
            var worker = worker().owning(0);
            worker.providers.end("0-0", unsupported());
            worker.turn(5);
            cluster.lowestJob(0, 10, in(Duration.ofDays(1)));
            worker.turn(5);

            assertThat(worker.providers.tiers).containsExactly(FLEX, STANDARD, STANDARD);
            worker.providers.running().forEach(worker.providers::answer);
            worker.turn(3);
            assertThat(finals()).noneMatch(it -> it.cost().spilled());

            pass(worker, Duration.ofHours(1));
            cluster.lowestJob(0, 20, in(Duration.ofDays(1)));
            worker.turn(5);
            assertThat(worker.providers.tiers.getLast()).isEqualTo(FLEX);
        }
    }
}
