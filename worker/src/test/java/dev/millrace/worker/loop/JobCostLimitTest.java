package dev.millrace.worker.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.Fallback;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobCostLimit.AttemptTokens;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.worker.answer.Billing;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Jobs that may cost no more than a limit, over all their attempts. */
class JobCostLimitTest {
    private static final String SECOND = "m2";
    private static final String JOB = "0-0";

    /** Costs 0.001 USD at the test's models. */
    private static final Billing BILLED = new Billing.Billed(TokenUsage.of(1_000, 0));

    private final FakeCluster cluster = new FakeCluster();

    private TestWorker worker() {
        return new TestWorker(
                        cluster,
                        TestWorker.NO_BREAKER + ", max_attempts: 5",
                        false,
                        FakeCluster.MODEL,
                        SECOND)
                .owning(0);
    }

    /** Adds a job with a highest cost and the highest cost of an attempt at each model. */
    private void job(String reserved, String... attempts) {
        cluster.chainedJob(
                0,
                null,
                Stream.of(FakeCluster.MODEL, SECOND).limit(attempts.length).toArray(String[]::new));
        cluster.costLimit(
                0,
                0,
                new JobCostLimit(
                        new BigDecimal(reserved),
                        Stream.of(attempts).map(BigDecimal::new).toList()));
    }

    /** Fails the job's call, and waits longer than its next attempt. */
    private static void fail(TestWorker worker, ErrorCode error, Billing billing) {
        worker.providers.end(JOB, FakeProviders.failed(error, null, billing));
        worker.turn(3);
        worker.time.advance(Duration.ofMinutes(2));
        worker.turn(3);
    }

    private BigDecimal spent() {
        return cluster.costs().stream()
                .map(CostEvent::costUsd)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private String resultText() {
        return cluster.outputs.stream()
                .filter(it -> it.topic().endsWith("results"))
                .map(it -> new String(it.value(), UTF_8))
                .collect(Collectors.joining("\n"));
    }

    private ResultView result() {
        assertThat(cluster.results()).hasSize(1);
        return cluster.results().getFirst();
    }

    @Nested
    class AJobWhoseAttemptsAreBilled {
        @Test
        void jobEndsWithItsLastErrorBeforeItMayCostMoreThanItsLimit() {
            job("0.005", "0.0032");
            var worker = worker();
            fail(worker, ErrorCode.TIMEOUT, BILLED);

            fail(worker, ErrorCode.SERVER_ERROR, BILLED);

            assertThat(worker.providers.calls).hasSize(2);
            assertThat(result().errorCode()).isEqualTo("server_error");
            assertThat(spent()).isEqualByComparingTo("0.002");
            assertThat(resultText())
                    .contains(
                            "test; an attempt at m may cost up to 0.0032 USD, more than the 0.003"
                                    + " USD that the job has left");
        }

        @Test
        void jobWhoseReservationIsForThreeAttemptsSurvivesTwoLostAnswers() {
            job("0.0096", "0.0032");
            var worker = worker();
            fail(worker, ErrorCode.TIMEOUT, Billing.UNCERTAIN);
            fail(worker, ErrorCode.TIMEOUT, Billing.UNCERTAIN);

            worker.providers.answer(JOB);
            worker.turn(3);

            assertThat(result().errorCode()).isNull();
        }

        @Test
        void unbilledAttemptsAreRepeated() {
            job("0.0032", "0.0032");
            var worker = worker();
            fail(worker, ErrorCode.SERVER_ERROR, Billing.NOTHING);
            fail(worker, ErrorCode.SERVER_ERROR, Billing.NOTHING);

            worker.providers.answer(JOB);
            worker.turn(3);

            assertThat(result().errorCode()).isNull();
            assertThat(spent()).isEqualByComparingTo("0.0012");
        }
    }

    @Nested
    class AnUncertainAttempt {
        @Test
        void attemptCostsTheMostThatItMayCost() {
            job("0.01", "0.0032");
            var worker = worker();

            fail(worker, ErrorCode.TIMEOUT, Billing.UNCERTAIN);

            assertThat(cluster.costs())
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.kind()).isEqualTo(CostKind.UNCERTAIN);
                                assertThat(it.costUsd()).isEqualByComparingTo("0.0032");
                                assertThat(it.reservedUsd()).isZero();
                            });
        }

        @Test
        void jobEndsWhenTheRestDoesNotCoverAnotherAttempt() {
            job("0.0064", "0.0032");
            var worker = worker();
            fail(worker, ErrorCode.TIMEOUT, Billing.UNCERTAIN);
            fail(worker, ErrorCode.TIMEOUT, Billing.UNCERTAIN);

            assertThat(worker.providers.calls).hasSize(2);
            assertThat(result().errorCode()).isEqualTo("timeout");
            assertThat(spent()).isEqualByComparingTo("0.0064");
        }
    }

    @Nested
    class TheFinalEvent {
        private CostEvent last() {
            CostEvent last = cluster.costs().getLast();
            assertThat(last.isFinal()).isTrue();
            return last;
        }

        @Test
        void finalEventNamesTheLimit() {
            job("0.0064", "0.0032");
            var worker = worker();
            fail(worker, ErrorCode.TIMEOUT, Billing.UNCERTAIN);
            worker.providers.answer(JOB);
            worker.turn(3);

            assertThat(cluster.costs()).hasSize(2);
            assertThat(last().kind()).isEqualTo(CostKind.BILLED);
            assertThat(last().reservedUsd()).isEqualByComparingTo("0.0064");
        }

        @Test
        void jobWithoutACallReleasesItsReservationToo() {
            job("0.0001", "0.0032");
            worker();

            assertThat(last().kind()).isEqualTo(CostKind.NONE);
            assertThat(last().reservedUsd()).isEqualByComparingTo("0.0001");
        }

        @Test
        void jobOfAnUnknownModelIsChargedForTheAttemptOfItsWorker() {
            job("0.0064", "0.0032");
            worker();
            new TestWorker(cluster, "", false, SECOND).owning(0).turn(3);

            assertThat(last().kind()).isEqualTo(CostKind.UNCERTAIN);
            assertThat(last().costUsd()).isEqualByComparingTo("0.0032");
            assertThat(last().reservedUsd()).isEqualByComparingTo("0.0064");
        }
    }

    @Nested
    class AJobWithAnotherModel {
        private JobHeaders handedOver() throws UnreadableHeader {
            var record =
                    cluster.outputs.stream()
                            .filter(it -> it.topic().equals(FakeCluster.partition(SECOND).topic()))
                            .findFirst()
                            .orElseThrow();
            return JobHeaders.read(record.headers());
        }

        @Test
        void jobFallsBackToAModelThatTheRestCovers() throws UnreadableHeader {
            job("0.005", "0.0045", "0.0032");

            fail(worker(), ErrorCode.TIMEOUT, BILLED);

            assertThat(handedOver().fallbacks())
                    .extracting(Fallback::model, Fallback::reason)
                    .containsExactly(tuple(FakeCluster.MODEL, "timeout"));
            assertThat(Objects.requireNonNull(handedOver().costLimit()).spentUsd())
                    .isEqualByComparingTo("0.001");
        }

        @Test
        void jobEndsIfTheRestCoversNoModel() {
            job("0.005", "0.0045", "0.0042");

            fail(worker(), ErrorCode.TIMEOUT, BILLED);

            assertThat(result().errorCode()).isEqualTo("timeout");
        }

        @Test
        void laterModelKnowsWhatTheEarlierOneSpent() {
            job("0.008", "0.0045", "0.0032");
            var worker = worker();
            fail(worker, ErrorCode.TIMEOUT, Billing.UNCERTAIN);
            worker.owning(SECOND);

            fail(worker, ErrorCode.SERVER_ERROR, BILLED);

            assertThat(worker.providers.calls).hasSize(2);
            assertThat(result().errorCode()).isEqualTo("server_error");
            assertThat(result().model()).isEqualTo(SECOND);
            assertThat(cluster.costs().getLast().reservedUsd()).isEqualByComparingTo("0.008");
            assertThat(spent()).isEqualByComparingTo("0.0055");
        }
    }

    @Nested
    class AJobUnderABudget {
        /** Adds a job for which the router has reserved one attempt, and may reserve more. */
        private void reserved(JobCostLimit more) {
            job("0.0032", "0.0032");
            cluster.costLimit(0, 0, more);
        }

        private static JobCostLimit oneAttempt() {
            var attempt = new BigDecimal("0.0032");
            return JobCostLimit.underBudget(List.of(attempt), List.of(), null).reserve(attempt, 0);
        }

        private List<JobHeaders> returned() {
            return cluster.outputs.stream()
                    .filter(it -> it.topic().endsWith("retrieved"))
                    .map(it -> headers(it.headers()))
                    .toList();
        }

        private static JobHeaders headers(Headers of) {
            try {
                return JobHeaders.read(of);
            } catch (UnreadableHeader e) {
                throw new AssertionError(e);
            }
        }

        @Test
        void jobReturnsAfterALostAnswer() {
            reserved(oneAttempt());
            var worker = worker();

            fail(worker, ErrorCode.TIMEOUT, Billing.UNCERTAIN);

            assertThat(worker.providers.calls).hasSize(1);
            assertThat(cluster.results()).isEmpty();
            assertThat(cluster.costs()).singleElement().matches(it -> !it.isFinal());
            JobHeaders job = returned().getFirst();
            assertThat(returned()).hasSize(1);
            assertThat(job.attempts()).isEqualTo(1);
            assertThat(job.earlier().attemptsAtModel()).isEqualTo(1);
            assertThat(Objects.requireNonNull(job.costLimit()).spentUsd())
                    .isEqualByComparingTo("0.0032");
        }

        @Test
        void unbilledAttemptsKeepTheReservation() {
            reserved(oneAttempt());
            var worker = worker();
            fail(worker, ErrorCode.SERVER_ERROR, Billing.NOTHING);

            worker.providers.answer(JOB);
            worker.turn(3);

            assertThat(returned()).isEmpty();
            assertThat(result().errorCode()).isNull();
        }

        @Test
        void jobReturnsIfItsWorkerEndedDuringItsCall() {
            reserved(oneAttempt());
            worker().turn(3);

            var next = worker();
            next.turn(3);

            assertThat(next.providers.calls).isEmpty();
            assertThat(cluster.costs())
                    .singleElement()
                    .matches(it -> it.kind() == CostKind.UNCERTAIN && !it.isFinal());
            assertThat(returned()).hasSize(1);
        }

        @Test
        void refusedJobEndsWithTheRoutersReason() {
            var limit = oneAttempt().spend(new BigDecimal("0.0032"));
            reserved(limit.refuse("the budget is spent"));
            cluster.calledBefore(0, 0, 1);

            var worker = worker();
            worker.turn(3);

            assertThat(worker.providers.calls).isEmpty();
            assertThat(result().errorCode()).isEqualTo("budget_exceeded");
            assertThat(resultText()).contains("the budget is spent");
            assertThat(cluster.costs()).singleElement().matches(CostEvent::isFinal);
            assertThat(returned()).isEmpty();
        }

        @Test
        void attemptsBeforeTheReturnCount() {
            var attempt = new BigDecimal("0.0032");
            reserved(oneAttempt().spend(attempt).reserve(new BigDecimal("0.0064"), 4));
            cluster.calledBefore(0, 0, 4);
            var worker = worker();

            fail(worker, ErrorCode.TIMEOUT, Billing.UNCERTAIN);

            assertThat(worker.providers.calls).hasSize(1);
            assertThat(result().errorCode()).isEqualTo("timeout");
            assertThat(returned()).isEmpty();
        }

        @Test
        void jobReturnsOnceToReserveAHigherPrice() {
            var planned = new BigDecimal("0.001");
            var raised = new BigDecimal("0.0015");
            List<AttemptTokens> tokens = List.of(new AttemptTokens(1_500, 0));
            reserved(JobCostLimit.underBudget(List.of(planned), tokens, null).reserve(planned, 0));
            var worker = worker();
            worker.turn(3);

            assertThat(worker.providers.calls).isEmpty();
            assertThat(cluster.results()).isEmpty();
            JobCostLimit limit = Objects.requireNonNull(returned().getFirst().costLimit());
            assertThat(limit.reserved().returns()).isEqualTo(1);
            assertThat(limit.attemptUsd().getFirst()).isEqualByComparingTo(raised);
            assertThat(limit.neededUsd()).isEqualByComparingTo("0.0005");
        }

        @Test
        void jobDoesNotReturnTwiceForOnePrice() {
            var raised = new BigDecimal("0.0015");
            List<AttemptTokens> tokens = List.of(new AttemptTokens(1_500, 0));
            reserved(
                    JobCostLimit.underBudget(List.of(raised), tokens, null)
                            .reserve(new BigDecimal("0.001"), 0));
            var worker = worker();
            worker.turn(3);

            assertThat(returned()).isEmpty();
            assertThat(result().errorCode()).isEqualTo("budget_exceeded");
        }

        @Test
        void jobThatMadeNoCallSinceItsReservationDoesNotReturn() {
            var dearer = new BigDecimal("0.004");
            reserved(oneAttempt().withAttempts(List.of(dearer), null));

            var worker = worker();
            worker.turn(3);

            assertThat(returned()).isEmpty();
            assertThat(result().errorCode()).isEqualTo("budget_exceeded");
        }
    }

    /** The test's models cost 1 USD per million input tokens. */
    @Nested
    class AHigherPriceThanPlanned {
        private void job(String reserved, String attempt, long inputTokens) {
            cluster.chainedJob(0, null, FakeCluster.MODEL);
            cluster.costLimit(
                    0,
                    0,
                    new JobCostLimit(
                            new BigDecimal(reserved),
                            List.of(new BigDecimal(attempt)),
                            BigDecimal.ZERO,
                            List.of(new AttemptTokens(inputTokens, 0))));
        }

        @Test
        void uncertainAttemptCostsTheHigherPriceAndIsTheLast() {
            job("0.002", "0.001", 1_500);
            var worker = worker();

            fail(worker, ErrorCode.TIMEOUT, Billing.UNCERTAIN);

            assertThat(worker.providers.calls).hasSize(1);
            assertThat(result().errorCode()).isEqualTo("timeout");
            assertThat(spent()).isEqualByComparingTo("0.0015");
        }

        @Test
        void attemptThatTheReservationDoesNotCoverIsNotMade() {
            job("0.002", "0.001", 3_000);

            var worker = worker();

            assertThat(worker.providers.calls).isEmpty();
            assertThat(result().errorCode()).isEqualTo("budget_exceeded");
            assertThat(cluster.outputs)
                    .map(it -> new String(it.value(), UTF_8))
                    .anyMatch(
                            it ->
                                    it.contains(
                                            "may cost up to 0.003 USD, more than the 0.002 USD that"
                                                    + " the job has left\""));
            assertThat(spent()).isZero();
        }
    }

    @Nested
    class AJobOfAnEarlierWorker {
        @Test
        void endedAttemptCountsWithItsHighestCost() {
            job("0.0064", "0.0032");
            var earlier = worker();
            earlier.providers.end(
                    JOB, FakeProviders.failed(ErrorCode.TIMEOUT, Duration.ofMinutes(1), BILLED));
            earlier.turn(3);
            assertThat(spent()).isEqualByComparingTo("0.001");

            var next = worker();
            fail(next, ErrorCode.TIMEOUT, Billing.NOTHING);
            assertThat(next.providers.calls).hasSize(2);
            fail(next, ErrorCode.TIMEOUT, BILLED);

            assertThat(next.providers.calls).hasSize(2);
            assertThat(result().errorCode()).isEqualTo("timeout");
        }

        @Test
        void attemptThatCostNothingCountsForNothing() {
            job("0.0064", "0.0032");
            var earlier = worker();
            fail(earlier, ErrorCode.RATE_LIMIT_EXCEEDED, Billing.NOTHING);
            fail(earlier, ErrorCode.RATE_LIMIT_EXCEEDED, Billing.NOTHING);
            earlier.providers.end(
                    JOB,
                    FakeProviders.failed(
                            ErrorCode.RATE_LIMIT_EXCEEDED, Duration.ofMinutes(1), Billing.NOTHING));
            earlier.turn(3);

            var next = worker();
            next.providers.answer(JOB);
            next.turn(3);

            assertThat(result().errorCode()).isNull();
            assertThat(result().attempts()).isEqualTo(4);
        }

        @Test
        void runningAttemptCountsWithItsHighestCost() {
            job("0.005", "0.0032");
            worker();

            var next = worker();

            assertThat(next.providers.calls).isEmpty();
            assertThat(result().errorCode()).isEqualTo("budget_exceeded");
            assertThat(cluster.costs())
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.kind()).isEqualTo(CostKind.UNCERTAIN);
                                assertThat(it.costUsd()).isEqualByComparingTo("0.0032");
                            });
        }
    }
}
