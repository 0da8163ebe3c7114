package dev.millrace.worker.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.ReservedLimits;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.result.ResultView;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Limits of budgets that are set, lowered and raised while jobs wait. One call runs at a time. */
class NewLimitTest {
    private static final int JOBS = 5;
    private static final Instant SET = FakeCluster.SUBMITTED.plusSeconds(60);
    private static final JobCostLimit RESERVED =
            new JobCostLimit(new BigDecimal("0.002"), List.of(new BigDecimal("0.001")));

    private final FakeCluster cluster = new FakeCluster();
    private final TestWorker worker = new TestWorker(cluster, "max_in_flight: 1");

    private void start() {
        worker.turn(1);
        worker.owning(0);
        worker.turn(3);
    }

    private void jobs() {
        cluster.jobs(0, JOBS);
        for (int offset = 0; offset < JOBS; offset++) {
            cluster.replaceHeader(
                    0,
                    offset,
                    new RecordHeader(MillraceHeaders.REQUEST_PARTITION, "7".getBytes(UTF_8)));
        }
    }

    private void jobs(JobCostLimit limit) {
        jobs();
        for (int offset = 0; offset < JOBS; offset++) {
            cluster.costLimit(0, offset, limit);
        }
    }

    private void limit(ControlKey.Limit key, Instant since) {
        var limit = new BudgetLimit(BigDecimal.ONE, since, "test");
        worker.control.take(new ControlRecord(key, limit.toJson()));
    }

    /** Answers all running calls, one after another. */
    private void answerAll() {
        for (int i = 0; i < JOBS; i++) {
            List.copyOf(worker.providers.running()).forEach(worker.providers::answer);
            worker.time.advance(Duration.ofSeconds(1));
            worker.turn(3);
        }
    }

    private List<JobHeaders> returned() {
        return cluster.outputs.stream()
                .filter(it -> it.topic().endsWith("retrieved"))
                .peek(it -> assertThat(it.partition()).isEqualTo(7))
                .map(
                        it -> {
                            try {
                                return JobHeaders.read(it.headers());
                            } catch (UnreadableHeader e) {
                                throw new AssertionError(e);
                            }
                        })
                .toList();
    }

    @Nested
    class JobsThatWereRoutedWithoutABudget {
        @Test
        void firstLimitReturnsAllThatAreNotCalled() {
            jobs();
            start();
            limit(new ControlKey.TenantLimit("t"), SET);

            answerAll();

            assertThat(worker.providers.calls).hasSize(1);
            assertThat(returned()).hasSize(JOBS - 1);
            assertThat(cluster.results()).extracting(ResultView::errorCode).containsOnlyNulls();
        }

        @Test
        void limitOfTheirBatchReturnsThem() {
            jobs();
            limit(new ControlKey.BatchLimit("t", "b"), SET);

            start();

            assertThat(worker.providers.calls).isEmpty();
            assertThat(returned()).hasSize(JOBS);
        }

        @Test
        void limitsOfOthersDoNotConcernThem() {
            jobs();
            limit(new ControlKey.TenantLimit("other"), SET);
            limit(new ControlKey.BatchLimit("t", "other"), SET);
            limit(new ControlKey.KeyLimit("t", "key"), SET);
            start();

            answerAll();

            assertThat(cluster.results()).hasSize(JOBS);
        }

        @Test
        void jobOfTheExpressLaneEnds() {
            cluster.jobs(0, JOBS);
            limit(new ControlKey.TenantLimit("t"), SET);

            start();

            assertThat(worker.providers.calls).isEmpty();
            assertThat(cluster.results())
                    .hasSize(JOBS)
                    .extracting(ResultView::errorCode)
                    .containsOnly("budget_exceeded");
        }
    }

    @Nested
    class JobsWithReservedMoney {
        @Test
        void limitThatWasLoweredReturnsThem() {
            jobs(RESERVED.under(new ReservedLimits(SET.minusMillis(1), null, null)));
            limit(new ControlKey.TenantLimit("t"), SET);

            start();

            assertThat(worker.providers.calls).isEmpty();
            assertThat(returned())
                    .hasSize(JOBS)
                    .allMatch(JobHeaders::hasReturned)
                    .allMatch(it -> it.attempts() == 0);
        }

        @Test
        void firstLimitOfAnotherAccountReturnsThem() {
            jobs(RESERVED.ofKey("key").under(new ReservedLimits(Instant.EPOCH, null, null)));
            limit(new ControlKey.KeyLimit("t", "key"), SET);

            start();

            assertThat(returned()).hasSize(JOBS);
        }

        @Test
        void limitUnderWhichTheyWereReservedLetsThemStart() {
            jobs(RESERVED.under(new ReservedLimits(SET, null, null)));
            limit(new ControlKey.TenantLimit("t"), SET);
            start();

            answerAll();

            assertThat(cluster.results()).hasSize(JOBS);
        }

        @Test
        void partsOfADocumentEndUnderALowerLimit() {
            jobs(RESERVED.under(new ReservedLimits(SET.minusMillis(1), null, null)));
            Stream.iterate(0L, it -> it + 1)
                    .limit(JOBS)
                    .forEach(
                            it ->
                                    cluster.replaceHeader(
                                            0,
                                            it,
                                            new RecordHeader(
                                                    MillraceHeaders.PARENT,
                                                    "0".repeat(32).getBytes(UTF_8))));
            limit(new ControlKey.TenantLimit("t"), SET);

            start();

            assertThat(returned()).isEmpty();
            assertThat(worker.providers.calls).isEmpty();
            assertThat(cluster.outputs)
                    .filteredOn(it -> it.topic().endsWith("parts"))
                    .hasSize(JOBS);
        }

        @Test
        void callThatCostsNothingStartsAfterARefusal() {
            jobs(
                    new JobCostLimit(BigDecimal.ZERO, List.of(BigDecimal.ZERO))
                            .refuse("the budget is spent"));
            limit(new ControlKey.TenantLimit("t"), SET);
            start();

            answerAll();

            assertThat(returned()).isEmpty();
            assertThat(worker.providers.calls).hasSize(JOBS);
        }

        @Test
        void callThatCostsNothingNeedsNoMoney() {
            jobs(new JobCostLimit(BigDecimal.ONE, List.of(BigDecimal.ZERO)));
            limit(new ControlKey.TenantLimit("t"), SET);
            start();

            answerAll();

            assertThat(returned()).isEmpty();
            assertThat(worker.providers.calls).hasSize(JOBS);
        }
    }
}
