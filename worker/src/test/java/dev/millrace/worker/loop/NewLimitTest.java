package dev.millrace.worker.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.budget.Period;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.result.ResultView;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Limits of budgets that are set, lowered and raised while jobs wait. One call runs at a time. */
class NewLimitTest {
    private static final int JOBS = 5;
    private static final ControlKey.TenantBudget TENANT = ControlKey.TenantBudget.total("t");
    private static final ControlKey.Limit LIMIT = new ControlKey.TenantLimit("t");
    private static final JobCostLimit RESERVED =
            new JobCostLimit(new BigDecimal("0.002"), List.of(new BigDecimal("0.001")))
                    .by(List.of(TENANT.account()));

    private final FakeCluster cluster = new FakeCluster();
    private final TestWorker worker = new TestWorker(cluster, "max_in_flight: 1");

    private void start() {
        worker.turn(1);
        worker.owning(0);
        worker.turn(3);
    }

    private void jobs() {
        cluster.jobs(0, JOBS);
        header(MillraceHeaders.REQUEST_PARTITION, "7");
    }

    private void header(String name, String value) {
        for (int offset = 0; offset < JOBS; offset++) {
            cluster.replaceHeader(0, offset, new RecordHeader(name, value.getBytes(UTF_8)));
        }
    }

    private void jobs(JobCostLimit limit) {
        jobs();
        for (int offset = 0; offset < JOBS; offset++) {
            cluster.costLimit(0, offset, limit);
        }
    }

    private void limit(ControlKey.Limit key, String usd) {
        var limit = new BudgetLimit(new BigDecimal(usd), FakeCluster.SUBMITTED, "test");
        worker.control.take(new ControlRecord(key, limit.toJson()));
    }

    private void publish(String limit, String reserved) {
        publish(TENANT, limit, reserved, null);
    }

    private void publish(
            ControlKey.Budget account, String limit, String reserved, @Nullable Instant end) {
        var state =
                new BudgetState(
                        new BigDecimal(limit),
                        BigDecimal.ZERO,
                        new BigDecimal(reserved),
                        BudgetState.Waiting.NONE,
                        0,
                        0,
                        OnExhausted.PARK,
                        Optional.ofNullable(end),
                        FakeCluster.SUBMITTED);
        worker.control.take(new ControlRecord(account, state.toJson()));
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
                .map(NewLimitTest::read)
                .toList();
    }

    private static JobHeaders read(ProducerRecord<byte[], byte[]> job) {
        try {
            return JobHeaders.read(job.headers());
        } catch (UnreadableHeader e) {
            throw new AssertionError(e);
        }
    }

    @Nested
    class JobsThatWereRoutedWithoutABudget {
        @Test
        void firstLimitReturnsAllThatAreNotCalled() {
            jobs();
            start();
            limit(LIMIT, "1");

            answerAll();

            assertThat(worker.providers.calls).hasSize(1);
            assertThat(returned())
                    .hasSize(JOBS - 1)
                    .allMatch(JobHeaders::hasReturnedUnpaid)
                    .allMatch(it -> it.attempts() == 0);
            assertThat(cluster.results()).extracting(ResultView::errorCode).containsOnlyNulls();
        }

        @Test
        void limitOfTheirBatchReturnsThem() {
            jobs();
            limit(new ControlKey.BatchLimit("t", "b"), "1");

            start();

            assertThat(worker.providers.calls).isEmpty();
            assertThat(returned()).hasSize(JOBS);
        }

        @Test
        void limitOfTheirKeyReturnsThem() {
            jobs();
            header(MillraceHeaders.API_KEY, "key");
            limit(new ControlKey.KeyLimit("t", "key"), "1");

            start();

            assertThat(worker.providers.calls).isEmpty();
            assertThat(returned()).hasSize(JOBS).allMatch(it -> "key".equals(it.apiKey()));
        }

        @Test
        void limitReturnsThemThoughItIsSpent() {
            jobs(new JobCostLimit(BigDecimal.ONE, List.of(new BigDecimal("0.001"))));
            limit(LIMIT, "1");
            publish("1", "1");

            start();

            assertThat(returned()).hasSize(JOBS);
        }

        @Test
        void limitsOfOthersDoNotConcernThem() {
            jobs();
            limit(new ControlKey.TenantLimit("other"), "1");
            limit(new ControlKey.BatchLimit("t", "other"), "1");
            limit(new ControlKey.KeyLimit("t", "key"), "1");
            start();

            answerAll();

            assertThat(cluster.results()).hasSize(JOBS);
        }

        @Test
        void jobOfTheExpressLaneEnds() {
            cluster.jobs(0, JOBS);
            limit(LIMIT, "1");

            start();

            assertThat(worker.providers.calls).isEmpty();
            assertThat(cluster.results())
                    .hasSize(JOBS)
                    .extracting(ResultView::errorCode)
                    .containsOnly("budget_exceeded");
        }

        @Test
        void identicalJobsNoLongerWaitForThem() {
            jobs();
            header(MillraceHeaders.CACHE_KEY, "a".repeat(64));
            limit(LIMIT, "1");

            start();

            assertThat(returned()).hasSize(JOBS).allMatch(it -> it.cacheKey() == null);
            assertThat(cluster.outputs)
                    .filteredOn(it -> it.topic().endsWith("answers"))
                    .hasSize(JOBS)
                    .allMatch(it -> it.value() == null);
        }
    }

    @Nested
    class JobsWithReservedMoney {
        @Test
        void startUnderALimitThatCoversThem() {
            jobs(RESERVED);
            limit(LIMIT, "1");
            publish("1", "0.01");
            start();

            answerAll();

            assertThat(cluster.results()).hasSize(JOBS);
        }

        @Test
        void waitUntilALowerLimitIsPublished() {
            jobs(RESERVED);
            limit(LIMIT, "0.5");
            publish("1", "0.01");
            start();
            answerAll();
            assertThat(worker.providers.calls).isEmpty();
            assertThat(returned()).isEmpty();

            publish("0.5", "0.01");
            answerAll();
            answerAll();

            assertThat(cluster.results()).hasSize(JOBS);
        }

        @Test
        void returnIfMoreIsReservedThanALowerLimitAllows() {
            jobs(RESERVED);
            limit(LIMIT, "0.005");
            publish("0.005", "0.01");

            start();

            assertThat(worker.providers.calls).isEmpty();
            assertThat(returned())
                    .hasSize(JOBS)
                    .allMatch(JobHeaders::hasReturned)
                    .noneMatch(JobHeaders::hasReturnedUnpaid);
        }

        @Test
        void startUnderARaisedLimitBeforeItIsPublished() {
            jobs(RESERVED);
            limit(LIMIT, "2");
            publish("1", "0.01");
            start();

            answerAll();

            assertThat(cluster.results()).hasSize(JOBS);
        }

        @Test
        void startOnceTheLimitIsRemoved() {
            jobs(RESERVED);
            limit(LIMIT, "0.5");
            publish("1", "1");
            start();
            worker.control.take(ControlRecord.removal(LIMIT));
            worker.control.take(ControlRecord.removal(TENANT));
            worker.time.advance(Duration.ofSeconds(2));
            worker.turn(3);

            answerAll();

            assertThat(cluster.results()).hasSize(JOBS);
        }

        @Test
        void firstLimitOfAnotherBudgetReturnsThem() {
            jobs(RESERVED);
            header(MillraceHeaders.API_KEY, "key");
            limit(new ControlKey.KeyLimit("t", "key"), "1");

            start();

            assertThat(returned()).hasSize(JOBS);
        }

        @Test
        void partsOfADocumentWait() {
            jobs(RESERVED);
            header(MillraceHeaders.PARENT, "0".repeat(32));
            limit(LIMIT, "0.005");
            publish("0.005", "0.01");

            start();
            assertThat(returned()).isEmpty();
            assertThat(worker.providers.calls).isEmpty();

            publish("0.005", "0.004");
            worker.time.advance(Duration.ofSeconds(2));
            worker.turn(3);
            assertThat(worker.providers.calls).hasSize(1);
        }

        @Test
        void partsOfADocumentEndIfTheAccountOfALimitHasReservedNothing() {
            jobs(RESERVED);
            header(MillraceHeaders.PARENT, "0".repeat(32));
            limit(new ControlKey.BatchLimit("t", "b"), "1");

            start();

            assertThat(worker.providers.calls).isEmpty();
            assertThat(cluster.outputs)
                    .filteredOn(it -> it.topic().endsWith("parts"))
                    .hasSize(JOBS)
                    .extracting(it -> new String(Objects.requireNonNull(it.value()), UTF_8))
                    .allMatch(it -> it.contains("budget_exceeded"));
        }

        /** The worker's clock can be behind the router's. */
        @Test
        void otherPeriodsOfTheirTenantDoNotConcernThem() {
            var hour =
                    new ControlKey.TenantBudget(
                            "t", Period.HOUR, Optional.of(FakeCluster.SUBMITTED));
            jobs(RESERVED);
            limit(LIMIT, "0.5");
            publish("0.5", "0.01");
            publish(hour, "1", "0.9", FakeCluster.SUBMITTED.plus(Duration.ofHours(1)));
            start();

            answerAll();

            assertThat(cluster.results()).hasSize(JOBS);
        }

        @Test
        void returnIfTheirAccountHasNoStateAnyMore() {
            jobs(RESERVED);
            limit(LIMIT, "0.5");

            start();

            assertThat(returned()).hasSize(JOBS);
        }

        @Test
        void jobsOfARouterThatNamesNoAccountsDoNotReturn() {
            jobs(RESERVED.by(null));
            limit(LIMIT, "0.5");
            start();

            answerAll();

            assertThat(returned()).isEmpty();
            assertThat(cluster.results()).hasSize(JOBS);
        }

        @Test
        void callThatCostsNothingNeedsNoMoney() {
            jobs(new JobCostLimit(BigDecimal.ONE, List.of(BigDecimal.ZERO)));
            limit(LIMIT, "1");
            start();

            answerAll();

            assertThat(returned()).isEmpty();
            assertThat(worker.providers.calls).hasSize(JOBS);
        }
    }
}
