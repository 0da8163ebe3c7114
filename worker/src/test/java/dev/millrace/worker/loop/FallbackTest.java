package dev.millrace.worker.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.Fallback;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.worker.answer.Billing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FallbackTest {
    private static final String SECOND = "m2";
    private static final TopicPartition SECOND_TOPIC = FakeCluster.partition(SECOND);
    private static final String JOB = "0-0";

    private final FakeCluster cluster = new FakeCluster();

    private TestWorker worker(String settings) {
        return new TestWorker(cluster, settings, false, FakeCluster.MODEL, SECOND).owning(0);
    }

    private void fail(TestWorker worker, ErrorCode error, Billing billing) {
        worker.providers.end(JOB, FakeProviders.failed(error, null, billing));
        worker.turn(3);
    }

    private List<ProducerRecord<byte[], byte[]>> handedOver() {
        return cluster.outputs.stream()
                .filter(it -> it.topic().equals(SECOND_TOPIC.topic()))
                .toList();
    }

    private JobHeaders headers() throws UnreadableHeader {
        return JobHeaders.read(handedOver().getFirst().headers());
    }

    @Nested
    class AJobThatUsedUpItsAttempts {
        @Test
        void jobIsHandedOverInTheTransactionThatEndsItHere() throws UnreadableHeader {
            cluster.chainedJob(0, null, FakeCluster.MODEL, SECOND);
            cluster.header(0, 0, 3);
            var jobs = Objects.requireNonNull(cluster.jobs.get(FakeCluster.partition(0)));
            var original = Objects.requireNonNull(jobs.get(0L));
            var worker = worker("max_attempts: 1");
            Instant running = worker.time.now();

            fail(worker, ErrorCode.SERVER_ERROR, Billing.NOTHING);

            assertThat(cluster.results()).isEmpty();
            assertThat(cluster.openJobs()).isEmpty();
            var transaction =
                    worker.log.attempts.stream()
                            .filter(it -> it.records().equals(handedOver()))
                            .findFirst()
                            .orElseThrow();
            assertThat(transaction.offsets()).containsKey(FakeCluster.partition(0));
            var record = handedOver().getFirst();
            assertThat(record.key()).isEqualTo(original.key());
            assertThat(record.value()).isEqualTo(original.value());
            assertThat(record.timestamp()).isEqualTo(original.timestamp());
            assertThat(record.headers().lastHeader("x-theirs").value()).hasSize(3);
            var before = JobHeaders.read(original.headers());
            Long called = headers().fallbacks().getFirst().calledMillis();
            assertThat(called)
                    .isBetween(FakeCluster.SUBMITTED.toEpochMilli(), running.toEpochMilli());
            assertThat(headers())
                    .isEqualTo(
                            before.atModel(
                                    1,
                                    1,
                                    before.inheritedUsd(),
                                    List.of(
                                            new Fallback(
                                                    FakeCluster.MODEL, "server_error", called)),
                                    null));
        }

        @Test
        void costOfTheLastAttemptIsNotFinal() throws UnreadableHeader {
            cluster.chainedJob(0, null, FakeCluster.MODEL, SECOND);
            var worker = worker("max_attempts: 1");

            fail(worker, ErrorCode.TIMEOUT, new Billing.Billed(TokenUsage.of(1_000, 0)));

            assertThat(cluster.costs())
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.isFinal()).isFalse();
                                assertThat(it.kind()).isEqualTo(CostKind.BILLED);
                                assertThat(it.end()).isNull();
                            });
            assertThat(headers().inheritedUsd()).isEqualByComparingTo("0.001");
        }

        @Test
        void resultOfTheNextModelHasTheTotalsAndTheWay() {
            cluster.chainedJob(0, null, FakeCluster.MODEL, SECOND);
            var worker = worker("max_attempts: 1");
            fail(worker, ErrorCode.TIMEOUT, new Billing.Billed(TokenUsage.of(1_000, 0)));

            worker.owning(SECOND);
            worker.providers.answer(JOB);
            worker.turn(3);

            assertThat(worker.providers.attempts).containsExactly(1, 2);
            assertThat(cluster.results())
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.errorCode()).isNull();
                                assertThat(it.model()).isEqualTo(SECOND);
                                assertThat(it.attempts()).isEqualTo(2);
                                assertThat(it.costUsd()).isEqualByComparingTo("0.0022");
                            });
            assertThat(result())
                    .contains("\"fallbacks\":[{\"model\":\"m\",\"reason\":\"timeout\"}]");
            CostEvent last = cluster.costs().getLast();
            assertThat(cluster.costs()).extracting(CostEvent::isFinal).containsExactly(false, true);
            assertThat(last.model()).isEqualTo(SECOND);
            JobEnd end = Objects.requireNonNull(last.end());
            assertThat(end.route().to()).isEqualTo(FakeCluster.MODEL);
            assertThat(end.attempts()).isEqualTo(2);
            assertThat(end.jobCostUsd()).isEqualByComparingTo("0.0022");
        }

        @Test
        void endSaysWhenTheFirstModelWasCalled() {
            cluster.chainedJob(0, null, FakeCluster.MODEL, SECOND);
            var worker = worker("max_attempts: 1");
            worker.time.advance(Duration.ofSeconds(7));
            fail(worker, ErrorCode.TIMEOUT, Billing.NOTHING);
            worker.owning(SECOND);
            worker.time.advance(Duration.ofSeconds(9));

            worker.providers.answer(JOB);
            worker.turn(1);

            JobEnd end = Objects.requireNonNull(cluster.costs().getLast().end());
            assertThat(end.times().callAgeMs()).isBetween(16_000L, 17_000L);
        }

        @Test
        void eachModelGetsAnIdempotencyKeyThatEveryOwnerDerives() throws UnreadableHeader {
            cluster.chainedJob(0, null, FakeCluster.MODEL, SECOND);
            var worker = worker("max_attempts: 1");
            fail(worker, ErrorCode.SERVER_ERROR, Billing.NOTHING);
            worker.owning(SECOND);
            var next = new TestWorker(cluster, "", false, FakeCluster.MODEL, SECOND);
            next.owning(SECOND);

            String id = headers().jobId().value();
            assertThat(worker.providers.idempotencyKeys).containsExactly(id, id + "-fallback-1");
            assertThat(next.providers.idempotencyKeys).containsExactly(id + "-fallback-1");
        }

        private String result() {
            return cluster.outputs.stream()
                    .filter(it -> it.topic().endsWith("results"))
                    .map(it -> new String(it.value(), UTF_8))
                    .findFirst()
                    .orElseThrow();
        }

        @Test
        void nextModelHasAttemptsOfItsOwn() {
            cluster.chainedJob(0, null, FakeCluster.MODEL, SECOND);
            var worker = worker("max_attempts: 2");
            failUntilTheCallsAre(worker, 2);
            worker.owning(SECOND);
            failUntilTheCallsAre(worker, 4);

            assertThat(worker.providers.attempts).containsExactly(1, 2, 3, 4);
        }

        private void failUntilTheCallsAre(TestWorker worker, int count) {
            while (worker.providers.calls.size() < count) {
                failRunning(worker);
            }
            failRunning(worker);
        }

        private void failRunning(TestWorker worker) {
            if (!worker.providers.running().isEmpty()) {
                fail(worker, ErrorCode.SERVER_ERROR, Billing.NOTHING);
            }
            worker.time.advance(Duration.ofMinutes(1));
            worker.turn(3);
        }

        @Test
        void lastModelEndsTheJobWithItsOwnError() {
            cluster.chainedJob(0, null, FakeCluster.MODEL, SECOND);
            var worker = worker("max_attempts: 1");
            fail(worker, ErrorCode.TIMEOUT, Billing.NOTHING);
            worker.owning(SECOND);
            fail(worker, ErrorCode.SERVER_ERROR, Billing.NOTHING);

            assertThat(cluster.results())
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.errorCode()).isEqualTo("server_error");
                                assertThat(it.model()).isEqualTo(SECOND);
                                assertThat(it.attempts()).isEqualTo(2);
                            });
        }

        @Test
        void hopIsCounted() {
            cluster.chainedJob(0, null, FakeCluster.MODEL, SECOND);
            var worker = worker("max_attempts: 1");

            fail(worker, ErrorCode.TIMEOUT, Billing.NOTHING);

            assertThat(
                            worker.registry
                                    .counter(
                                            "millrace.worker.fallbacks",
                                            "from",
                                            FakeCluster.MODEL,
                                            "to",
                                            SECOND,
                                            "reason",
                                            "timeout")
                                    .count())
                    .isOne();
        }
    }

    @Nested
    class AJobThatMustNotFallBack {
        @Test
        void cancelledJobEnds() {
            cluster.chainedJob(0, null, FakeCluster.MODEL, SECOND);
            var worker = worker("max_attempts: 1");
            worker.control.publish(
                    new ControlKey.CancelBatch("t", "b"), FakeCluster.SUBMITTED.plusSeconds(1));
            worker.turn(1);

            fail(worker, ErrorCode.SERVER_ERROR, Billing.NOTHING);

            assertThat(handedOver()).isEmpty();
            assertThat(cluster.results())
                    .singleElement()
                    .satisfies(it -> assertThat(it.errorCode()).isEqualTo("cancelled"));
        }

        @Test
        void expiredJobEnds() {
            cluster.chainedJob(0, FakeCluster.SUBMITTED.plusSeconds(5), FakeCluster.MODEL, SECOND);
            var worker = worker("max_attempts: 1");
            worker.time.advance(Duration.ofSeconds(6));

            fail(worker, ErrorCode.SERVER_ERROR, Billing.NOTHING);

            assertThat(handedOver()).isEmpty();
            assertThat(cluster.results()).hasSize(1);
        }

        @Test
        void jobWhoseCallsEndedWithTheirWorkersEnds() {
            cluster.chainedJob(0, null, FakeCluster.MODEL, SECOND);
            var killed = worker("max_attempts: 1");
            assertThat(killed.providers.calls).hasSize(1);

            worker("max_attempts: 1").turn(3);

            assertThat(handedOver()).isEmpty();
            assertThat(cluster.results())
                    .singleElement()
                    .satisfies(it -> assertThat(it.errorCode()).isEqualTo("connection_error"));
        }
    }

    @Nested
    class AJobOfALane {
        private static final String SECOND_HIGH = "millrace.jobs." + SECOND + ".high";

        private TestWorker fail(Lane lane) {
            cluster.chainedJob(lane, FakeCluster.MODEL, SECOND);
            var worker =
                    new TestWorker(cluster, "max_attempts: 1", false, FakeCluster.MODEL, SECOND)
                            .owning(lane);
            worker.providers.end(
                    lane.word() + "-0",
                    FakeProviders.failed(ErrorCode.SERVER_ERROR, null, Billing.NOTHING));
            worker.turn(3);
            return worker;
        }

        @Test
        void jobKeepsItsLaneAtTheNextModel() {
            fail(Lane.HIGH);

            assertThat(cluster.outputs).extracting(ProducerRecord::topic).contains(SECOND_HIGH);
        }

        /** The router takes back a count for each end in a lane other than bulk. */
        @Test
        void bulkJobEndsInTheLaneOfTheRouterThoughNormalTookIt() {
            cluster.deletedTopics.add("millrace.jobs." + SECOND + ".bulk");
            var worker = fail(Lane.BULK);
            assertThat(handedOver()).hasSize(1);

            worker.owning(SECOND);
            worker.providers.answer("bulk-0");
            worker.turn(3);

            JobEnd end = Objects.requireNonNull(cluster.costs().getLast().end());
            assertThat(end.lane()).isEqualTo(Lane.BULK);
        }

        @Test
        void expressJobBecomesCriticalAtTheNextModel() {
            fail(Lane.EXPRESS);

            assertThat(cluster.outputs)
                    .filteredOn(it -> it.topic().startsWith("millrace.jobs." + SECOND))
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.topic()).endsWith(".critical");
                                assertThat(JobHeaders.read(it.headers()).lane()).isNull();
                            });
        }

        @Test
        void normalLaneTakesTheJobIfTheLaneHasNoTopicThere() {
            cluster.deletedTopics.add(SECOND_HIGH);

            fail(Lane.HIGH);

            assertThat(handedOver()).hasSize(1);
            assertThat(cluster.results()).isEmpty();
        }
    }

    @Nested
    class ARefusedHandOver {
        @Test
        void jobEndsWithItsErrorIfTheTopicRefusesIt() {
            cluster.chainedJob(0, null, FakeCluster.MODEL, SECOND);
            cluster.refusingTopics.add(SECOND_TOPIC.topic());
            var worker = worker("max_attempts: 1");

            fail(worker, ErrorCode.TIMEOUT, new Billing.Billed(TokenUsage.of(1_000, 0)));
            worker.turn(300);

            assertThat(cluster.results())
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.errorCode()).isEqualTo("timeout");
                                assertThat(it.model()).isEqualTo(FakeCluster.MODEL);
                                assertThat(it.costUsd()).isEqualByComparingTo("0.001");
                            });
            assertThat(cluster.costs())
                    .singleElement()
                    .satisfies(it -> assertThat(it.isFinal()).isTrue());
            assertThat(cluster.openJobs()).isEmpty();
            assertThat(worker.loop.health().ready()).isTrue();
        }

        @Test
        void jobStaysIfTheTopicIsKnownToBeMissing() {
            cluster.chainedJob(0, null, FakeCluster.MODEL, SECOND);
            cluster.deletedTopics.add(SECOND_TOPIC.topic());
            var worker = worker("max_attempts: 1");

            fail(worker, ErrorCode.TIMEOUT, Billing.NOTHING);

            assertThat(handedOver()).isEmpty();
            assertThat(cluster.results()).hasSize(1);
        }
    }
}
