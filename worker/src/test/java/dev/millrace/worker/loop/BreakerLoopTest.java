package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.port.Providers.ProviderKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Effects of open circuit breakers on jobs. */
class BreakerLoopTest {
    private static final Duration OPEN_FOR = Duration.ofSeconds(30);

    private final FakeCluster cluster = new FakeCluster();

    private static Verdict failed(ErrorCode error) {
        return FakeProviders.failed(error, null, Billing.NOTHING);
    }

    private static void failRunning(TestWorker worker, ErrorCode error) {
        List.copyOf(worker.providers.running())
                .forEach(id -> worker.providers.end(id, failed(error)));
        worker.turn(3);
    }

    private static void pass(TestWorker worker, Duration time) {
        worker.time.advance(time);
        worker.turn(3);
    }

    @Nested
    class AResetByAnOperator {
        private static final ControlKey RESET = new ControlKey.BreakerReset(FakeCluster.MODEL);
        private static final Instant NOW = FakeCluster.SUBMITTED;

        @Test
        void heldBackJobsAreCalledAtOnce() {
            cluster.jobs(0, 1);
            var worker = new TestWorker(cluster).owning(0);
            failRunning(worker, ErrorCode.AUTHENTICATION_ERROR);
            assertThat(worker.providers.running()).isEmpty();

            worker.control.publish(RESET, NOW);
            worker.turn(3);

            assertThat(worker.providers.running()).containsExactly("0-0");
            assertThat(worker.loop.health().detail()).doesNotContain("breaker");
        }

        @Test
        void eachRequestIsAppliedOnce() {
            cluster.jobs(0, 1);
            var worker = new TestWorker(cluster).owning(0);
            worker.control.publish(RESET, NOW);
            worker.turn(3);
            failRunning(worker, ErrorCode.AUTHENTICATION_ERROR);

            worker.control.publish(new ControlKey.PauseModel("other"), NOW);
            worker.turn(3);
            assertThat(worker.providers.running()).isEmpty();

            worker.control.publish(RESET, NOW.plusMillis(1));
            worker.turn(3);
            assertThat(worker.providers.running()).containsExactly("0-0");
        }

        @Test
        void workerThatStartsLaterIgnoresIt() {
            cluster.jobs(0, 1);
            var worker = new TestWorker(cluster);
            worker.control.publish(RESET, NOW);
            worker.turn(1);
            worker.owning(0);
            failRunning(worker, ErrorCode.AUTHENTICATION_ERROR);

            assertThat(worker.loop.health().detail()).contains("key 1 of p");
            assertThat(worker.providers.running()).isEmpty();
        }
    }

    @Nested
    class AnotherWorkerWithTheSameOpenBreaker {
        private static final String OTHER = "a";

        private final TestWorker worker;

        AnotherWorkerWithTheSameOpenBreaker() {
            cluster.jobs(0, 1);
            worker = new TestWorker(cluster).owning(0);
            var open =
                    new WorkerReport.Open(
                            "key 1 of p",
                            "authentication_error",
                            "no",
                            FakeCluster.SUBMITTED,
                            FakeCluster.SUBMITTED,
                            true);
            var expires = FakeCluster.SUBMITTED.plus(Duration.ofDays(1));
            worker.control.take(new WorkerReport(expires, List.of(open)).record(OTHER));
            failRunning(worker, ErrorCode.AUTHENTICATION_ERROR);
        }

        private void closeOther() {
            worker.control.remove(new ControlKey.Report(OTHER));
            worker.turn(3);
        }

        @Test
        void workersTakeTurns() {
            pass(worker, OPEN_FOR.multipliedBy(2));
            assertThat(worker.providers.running()).isEmpty();

            pass(worker, OPEN_FOR);
            assertThat(worker.providers.running()).containsExactly("0-0");
        }

        @Test
        void jobsAreCalledAtOnceWhenItsBreakerCloses() {
            pass(worker, Duration.ofSeconds(2));
            closeOther();

            assertThat(worker.providers.running()).containsExactly("0-0");
        }

        @Test
        void jobWhoseTrialFailedIsCalledSoonAfterIt() {
            pass(worker, OPEN_FOR.multipliedBy(3));
            failRunning(worker, ErrorCode.AUTHENTICATION_ERROR);
            pass(worker, Duration.ofMinutes(1));
            closeOther();
            for (int second = 0; second < 32; second++) {
                pass(worker, Duration.ofSeconds(1));
            }

            assertThat(worker.providers.running()).containsExactly("0-0");
        }
    }

    @Nested
    class AJobWhoseCallCannotSucceed {
        @ParameterizedTest
        @EnumSource(names = {"AUTHENTICATION_ERROR", "QUOTA_EXCEEDED", "MODEL_NOT_FOUND"})
        void jobWaitsForTheRepairAndUsesNoAttempt(ErrorCode error) {
            cluster.jobs(0, 1);
            var worker = new TestWorker(cluster).owning(0);
            for (int trial = 0; trial < 10; trial++) {
                failRunning(worker, error);
                pass(worker, Duration.ofMinutes(10));
            }
            assertThat(cluster.results()).isEmpty();

            worker.providers.answer("0-0");
            worker.turn(3);
            assertThat(worker.providers.attempts).hasSize(11).containsOnly(1);
            assertThat(cluster.results().getFirst().attempts()).isEqualTo(1);
            assertThat(cluster.costs()).singleElement().matches(CostEvent::isFinal);
        }

        @Test
        void jobWaitsForTheRepairOfSeveralKeys() {
            cluster.jobs(0, 1);
            cluster.keyCount = 4;
            var worker = new TestWorker(cluster).owning(0);
            for (int call = 0; call < 10; call++) {
                failRunning(worker, ErrorCode.AUTHENTICATION_ERROR);
                pass(worker, Duration.ofMinutes(10));
            }

            assertThat(cluster.results()).isEmpty();
            assertThat(worker.providers.attempts).hasSize(11).containsOnly(1);
        }

        @Test
        void jobContinuesAtOnceWithAReplacedKeyHoweverOften() {
            cluster.jobs(0, 1);
            var worker = new TestWorker(cluster).owning(0);
            for (int key = 0; key < 10; key++) {
                failRunning(worker, ErrorCode.AUTHENTICATION_ERROR);
                assertThat(worker.providers.running()).isEmpty();
                worker.providers.replacedKeys.add(new ProviderKey("p", 0));
                pass(worker, Duration.ofMillis(10));
            }
            worker.providers.answer("0-0");
            worker.turn(3);

            assertThat(worker.providers.attempts).hasSize(11).containsOnly(1);
            assertThat(cluster.results().getFirst().errorCode()).isNull();
        }

        @Test
        void nextOwnerKnowsOfNoAttempt() {
            cluster.jobs(0, 1);
            failRunning(new TestWorker(cluster).owning(0), ErrorCode.AUTHENTICATION_ERROR);

            var next = new TestWorker(cluster).owning(0);
            assertThat(next.providers.attempts).containsExactly(1);
        }

        @Test
        void attemptThatMayHaveBeenBilledCounts() {
            cluster.jobs(0, 1);
            var worker = new TestWorker(cluster).owning(0);
            worker.providers.end(
                    "0-0", FakeProviders.failed(ErrorCode.QUOTA_EXCEEDED, null, Billing.UNCERTAIN));
            worker.turn(3);

            assertThat(cluster.results()).isEmpty();
            pass(worker, OPEN_FOR);
            worker.providers.answer("0-0");
            worker.turn(3);
            assertThat(worker.providers.attempts).containsExactly(1, 2);
            assertThat(cluster.costs()).extracting(CostEvent::attempt).containsExactly(1, 2);
        }

        @Test
        void jobEndsAtItsDeadline() {
            cluster.job(0, 0, FakeCluster.MODEL, FakeCluster.SUBMITTED.plusSeconds(60));
            var worker = new TestWorker(cluster).owning(0);
            failRunning(worker, ErrorCode.AUTHENTICATION_ERROR);
            pass(worker, Duration.ofSeconds(61));

            assertThat(cluster.results().getFirst().errorCode()).isEqualTo("deadline_exceeded");
        }
    }

    @Nested
    class ARefusedKey {
        @Test
        void otherKeyDoesTheWorkMeanwhile() {
            cluster.jobs(0, 20);
            cluster.keyCount = 2;
            var worker = new TestWorker(cluster, "max_in_flight: 1").owning(0);
            for (int tenth = 0; tenth < 100; tenth++) {
                worker.providers.running().forEach(id -> end(worker, id));
                pass(worker, Duration.ofMillis(100));
            }

            assertThat(cluster.results()).hasSize(20);
            assertThat(worker.providers.keys.stream().filter(it -> it == 0).count())
                    .isBetween(1L, 6L);
        }

        /** Lets the first key refuse each call. */
        private static void end(TestWorker worker, String id) {
            if (worker.providers.keys.getLast() == 0) {
                worker.providers.end(
                        id,
                        FakeProviders.failed(
                                ErrorCode.RATE_LIMIT_EXCEEDED,
                                Duration.ofMinutes(5),
                                Billing.NOTHING));
            } else {
                worker.providers.answer(id);
            }
        }
    }

    @Nested
    class WhileABreakerIsOpen {
        @Test
        void callsAreFewAndRunOneAtATime() {
            cluster.jobs(0, 500);
            var worker = new TestWorker(cluster, "max_in_flight: 20").owning(0);
            failRunning(worker, ErrorCode.AUTHENTICATION_ERROR);
            int before = worker.providers.calls.size();
            for (int second = 0; second < 600; second++) {
                pass(worker, Duration.ofSeconds(1));
                assertThat(worker.providers.running()).hasSizeLessThanOrEqualTo(1);
                failRunning(worker, ErrorCode.AUTHENTICATION_ERROR);
            }

            assertThat(before).isBetween(19, 20);
            assertThat(worker.providers.calls.size() - before).isBetween(3, 6);
            assertThat(cluster.results()).isEmpty();
        }

        @Test
        void healthNamesTheBreaker() {
            cluster.jobs(0, 1);
            var worker = new TestWorker(cluster).owning(0);
            failRunning(worker, ErrorCode.AUTHENTICATION_ERROR);

            assertThat(worker.loop.health().ready()).isTrue();
            assertThat(worker.loop.health().detail())
                    .endsWith("; open breakers: key 1 of p (authentication_error)");
        }

        @Test
        void allJobsEndAfterTheRepair() {
            cluster.jobs(0, 200);
            var worker = new TestWorker(cluster, "max_in_flight: 20").owning(0);
            failRunning(worker, ErrorCode.QUOTA_EXCEEDED);
            for (int second = 0; second < 60; second++) {
                pass(worker, Duration.ofSeconds(1));
                worker.providers.running().forEach(worker.providers::answer);
            }
            worker.turn(3);

            assertThat(cluster.results()).hasSize(200).allMatch(it -> it.attempts() == 1);
        }

        @Test
        void outageThatSendsNothingBurnsNoJob() {
            cluster.jobs(0, 50);
            var worker = new TestWorker(cluster, "max_attempts: 3").owning(0);
            var refused = Verdict.unsent(ErrorCode.CONNECTION_ERROR, "connection refused");
            for (int second = 0; second < 3_600; second++) {
                List.copyOf(worker.providers.running())
                        .forEach(id -> worker.providers.end(id, refused));
                pass(worker, Duration.ofSeconds(1));
            }
            assertThat(cluster.results()).isEmpty();
            assertThat(worker.providers.calls).hasSizeLessThan(100);

            for (int second = 0; second < 600; second++) {
                worker.providers.running().forEach(worker.providers::answer);
                pass(worker, Duration.ofSeconds(1));
            }
            assertThat(cluster.results()).hasSize(50).allMatch(it -> it.errorCode() == null);
        }
    }

    @Nested
    class AJobThatAlwaysFails {
        @Test
        void jobThatOpensTheBreakerAloneEndsAndOthersContinue() {
            cluster.jobs(0, 100);
            var worker = new TestWorker(cluster, "max_in_flight: 5").owning(0);
            for (int second = 0; second < 600; second++) {
                for (String id : List.copyOf(worker.providers.running())) {
                    worker.providers.end(
                            id,
                            id.equals("0-0")
                                    ? failed(ErrorCode.MODEL_NOT_FOUND)
                                    : FakeProviders.good());
                }
                pass(worker, Duration.ofSeconds(1));
            }

            assertThat(cluster.results()).hasSize(100);
            assertThat(cluster.results())
                    .filteredOn(it -> it.errorCode() != null)
                    .singleElement()
                    .matches(it -> "model_not_found".equals(it.errorCode()));
        }
    }
}
