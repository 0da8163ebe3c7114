package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.worker.answer.Billing;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A deadline bounds every wait of a job. */
class WaitingJobsTest {
    private final FakeCluster cluster = new FakeCluster();

    @Nested
    class AJobWhoseDeadlinePasses {
        @Test
        void jobExpiresWhileNoSlotIsFree() {
            cluster.job(0, 0);
            cluster.job(0, 1, FakeCluster.MODEL, FakeCluster.SUBMITTED.plusSeconds(30));
            var worker = new TestWorker(cluster, "max_in_flight: 1").owning(0);
            assertThat(worker.providers.running()).containsExactly("0-0");
            worker.turn(2);
            assertThat(cluster.results()).isEmpty();

            worker.time.advance(Duration.ofSeconds(31));
            worker.turn(2);

            assertThat(cluster.results())
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.customId()).isEqualTo("0-1");
                                assertThat(it.errorCode()).isEqualTo("deadline_exceeded");
                            });
            assertThat(worker.providers.running()).containsExactly("0-0");
        }

        @Test
        void jobExpiresBehindOtherJobs() {
            for (int offset = 0; offset < 10; offset++) {
                cluster.job(0, offset);
            }
            cluster.job(0, 10, FakeCluster.MODEL, FakeCluster.SUBMITTED.plusSeconds(30));
            var worker = new TestWorker(cluster, "max_in_flight: 1").owning(0);
            worker.time.advance(Duration.ofSeconds(31));
            worker.providers.answer("0-0");
            worker.turn(2);

            assertThat(cluster.resultIds()).containsExactlyInAnyOrder("0-0", "0-10");
        }

        @Test
        void jobExpiresWhileTheRetryBudgetIsExhausted() {
            for (int offset = 0; offset < 700; offset++) {
                cluster.job(0, offset, FakeCluster.MODEL, FakeCluster.SUBMITTED.plusSeconds(40));
            }
            var worker =
                    new TestWorker(
                                    cluster,
                                    "retry_budget: { ratio: 0, window: 600s }, "
                                            + TestWorker.NO_BREAKER)
                            .owning(0);
            worker.turn(3);
            var failed =
                    FakeProviders.failed(
                            ErrorCode.SERVER_ERROR, Duration.ofMillis(1), Billing.NOTHING);
            worker.providers.running().forEach(id -> worker.providers.end(id, failed));
            worker.turn(5);
            int retried = worker.providers.running().size();
            assertThat(retried).isBetween(600, 650);

            worker.time.advance(Duration.ofSeconds(45));
            worker.turn(2);
            assertThat(cluster.results()).hasSize(700 - retried);
        }
    }
}
