package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.Fallback;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.worker.answer.Billing;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Jobs behind an open breaker fall back to the next model of their chain. */
class BreakerFallbackTest {
    private static final String SECOND = "m2";
    private static final Duration OPEN_FOR = Duration.ofSeconds(30);

    private final FakeCluster cluster = new FakeCluster();

    private TestWorker worker(String settings) {
        return new TestWorker(cluster, settings, false, FakeCluster.MODEL, SECOND).owning(0);
    }

    /** Ends running calls in a way that opens the breaker. */
    private static void refuse(TestWorker worker, String... ids) {
        for (String id : ids) {
            worker.providers.end(
                    id,
                    FakeProviders.failed(ErrorCode.AUTHENTICATION_ERROR, null, Billing.NOTHING));
        }
    }

    private List<ProducerRecord<byte[], byte[]>> handedOver() {
        String topic = FakeCluster.partition(SECOND).topic();
        return cluster.outputs.stream().filter(it -> it.topic().equals(topic)).toList();
    }

    private void chainedJobs(int count) {
        for (int offset = 0; offset < count; offset++) {
            cluster.chainedJob(offset, null, FakeCluster.MODEL, SECOND);
        }
    }

    private TestWorker workerWithOpenBreaker() {
        chainedJobs(5);
        var worker = worker("max_in_flight: 2");
        refuse(worker, "0-1", "0-0");
        worker.turn(3);
        worker.time.advance(Duration.ofSeconds(1));
        worker.turn(3);
        return worker;
    }

    @Test
    void jobsFallBackWithoutACall() throws UnreadableHeader {
        var worker = workerWithOpenBreaker();

        assertThat(worker.providers.calls).hasSize(2);
        assertThat(cluster.openJobs()).isEmpty();
        assertThat(handedOver()).hasSize(5);
        int withoutCall = 0;
        for (var record : handedOver()) {
            JobHeaders headers = JobHeaders.read(record.headers());
            assertThat(headers.attempts()).isZero();
            Fallback left = headers.fallbacks().getFirst();
            assertThat(headers.fallbacks()).hasSize(1);
            assertThat(left.model()).isEqualTo(FakeCluster.MODEL);
            assertThat(left.reason()).isEqualTo("authentication_error");
            withoutCall += left.calledMillis() == null ? 1 : 0;
        }
        assertThat(withoutCall).isEqualTo(3);
    }

    @Test
    void endOfAJobSaysWhetherItsFirstModelWasCalled() {
        chainedJobs(5);
        var worker = worker("max_in_flight: 2");
        worker.providers.end(
                "0-0", FakeProviders.failed(ErrorCode.MODEL_NOT_FOUND, null, Billing.NOTHING));
        worker.turn(3);
        worker.time.advance(Duration.ofSeconds(1));
        worker.turn(3);
        worker.owning(SECOND);
        while (!worker.providers.running().isEmpty()) {
            List.copyOf(worker.providers.running()).forEach(worker.providers::answer);
            worker.turn(3);
        }

        assertThat(cluster.costs())
                .filteredOn(CostEvent::isFinal)
                .isNotEmpty()
                .allSatisfy(
                        it ->
                                assertThat(Objects.requireNonNull(it.end()).route().to())
                                        .isEqualTo(FakeCluster.MODEL))
                .anySatisfy(it -> assertThat(callAge(it)).isNotNull())
                .anySatisfy(it -> assertThat(callAge(it)).isNull());
    }

    private static @Nullable Long callAge(CostEvent event) {
        return Objects.requireNonNull(event.end()).times().callAgeMs();
    }

    @Test
    void oneJobStaysForTheTrialCall() {
        var worker = workerWithOpenBreaker();
        worker.time.advance(OPEN_FOR);
        cluster.chainedJob(10, null, FakeCluster.MODEL, SECOND);
        cluster.chainedJob(11, null, FakeCluster.MODEL, SECOND);
        worker.turn(3);
        worker.time.advance(Duration.ofSeconds(1));
        worker.turn(3);

        assertThat(worker.providers.calls).hasSize(3);
        assertThat(handedOver()).hasSize(6);
        worker.providers.answer("0-10");
        worker.turn(3);
        assertThat(cluster.results())
                .singleElement()
                .satisfies(it -> assertThat(it.model()).isEqualTo(FakeCluster.MODEL));
    }

    @Test
    void jobsOfAPausedTenantWait() {
        assertWaitsForTheEndOf(new ControlKey.PauseTenant("t"));
    }

    @Test
    void jobsOfAPausedModelWait() {
        assertWaitsForTheEndOf(new ControlKey.PauseModel(FakeCluster.MODEL));
    }

    private void assertWaitsForTheEndOf(ControlKey pause) {
        var worker = workerWithOpenBreaker();
        worker.control.publish(pause, FakeCluster.SUBMITTED);
        worker.turn(1);
        cluster.chainedJob(10, null, FakeCluster.MODEL, SECOND);
        worker.turn(3);
        worker.time.advance(Duration.ofSeconds(1));
        worker.turn(3);
        assertThat(handedOver()).hasSize(5);

        worker.control.remove(pause);
        worker.turn(1);
        worker.time.advance(Duration.ofSeconds(1));
        worker.turn(3);

        assertThat(handedOver()).hasSize(6);
    }

    @Test
    void poisonCandidateWaits() {
        cluster.jobs(0, 1);
        cluster.chainedJob(1, null, FakeCluster.MODEL, SECOND);
        var settings = "max_attempts: 2";
        var killed = worker(settings);
        assertThat(killed.providers.calls).hasSize(2);
        var successor = worker(settings);
        refuse(successor, "0-0");
        successor.turn(3);

        successor.time.advance(Duration.ofSeconds(1));
        successor.turn(3);

        assertThat(handedOver()).isEmpty();
        assertThat(cluster.results()).isEmpty();
    }

    @Test
    void jobsOfTheLastModelWait() {
        cluster.jobs(0, 3);
        var worker = worker("max_in_flight: 2");
        refuse(worker, "0-0");
        worker.turn(3);
        worker.time.advance(Duration.ofSeconds(1));
        worker.turn(3);

        assertThat(handedOver()).isEmpty();
        assertThat(cluster.results()).isEmpty();
    }

    @Nested
    class ManyJobs {
        /** The jobs of refused calls, which fall back with the ends of their calls. */
        private static final int REFUSED = 2;

        private int lastCount;

        /** Returns the number of jobs that fell back in the next turn. */
        private int inOneTurn(TestWorker worker) {
            worker.turn(1);
            int count = handedOver().size() - lastCount;
            lastCount += count;
            return count;
        }

        private TestWorker workerWithRefusedCalls() {
            var worker = worker("max_in_flight: 2");
            worker.time.advance(Duration.ofSeconds(1));
            refuse(worker, "0-0", "0-1");
            return worker;
        }

        @Test
        void fallBackInSeveralTurns() {
            chainedJobs(900);
            var worker = workerWithRefusedCalls();

            assertThat(inOneTurn(worker)).isEqualTo(REFUSED + 500);
            assertThat(inOneTurn(worker)).isEqualTo(400 - REFUSED);
        }

        @Test
        void largeJobsFallBackInSeveralTurns() {
            chainedJobs(12);
            for (int offset = 0; offset < 12; offset++) {
                cluster.header(0, offset, 1 << 20);
            }
            var worker = workerWithRefusedCalls();

            assertThat(inOneTurn(worker)).isEqualTo(REFUSED + 4);
            assertThat(inOneTurn(worker)).isEqualTo(4);
            assertThat(inOneTurn(worker)).isEqualTo(4 - REFUSED);
        }

        @Test
        void nextTurnFollowsAtOnce() {
            chainedJobs(900);
            var worker = workerWithRefusedCalls();
            worker.turn(1);
            worker.source.waits.clear();

            worker.turn(1);
            assertThat(worker.source.waits).containsExactly(Duration.ZERO);

            worker.turn(1);
            assertThat(worker.source.waits.getLast()).isPositive();
        }
    }
}
