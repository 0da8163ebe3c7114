package dev.millrace.router.budget;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.PricedUsage;
import dev.millrace.contracts.result.Route;
import dev.millrace.router.topology.RouterDriver;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Tests limits that are set after jobs were routed, in the whole topology. A call of a million
 * output tokens costs about 2 USD at most.
 */
class NewLimitStepTest {
    /** The highest cost of an attempt. */
    private static final String ATTEMPT = "2.00018";

    private static final ControlKey.Limit TENANT = new ControlKey.TenantLimit("default");

    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
    }

    private TestRecord<String, byte @Nullable []> send(String customId) {
        router.send(
                """
                {"custom_id":"%s","method":"POST","url":"/v1/chat/completions",\
                "body":{"model":"small","max_tokens":1000000,"messages":[]}}\
                """
                        .formatted(customId),
                SubmissionHeaders.NONE);
        return settle().getFirst();
    }

    /** Exchanges reports and grants, and returns the jobs that were sent. */
    private List<TestRecord<String, byte @Nullable []>> settle() {
        for (int i = 0; i < 100; i++) {
            router.pass(Duration.ofMillis(20));
        }
        return router.jobs("small");
    }

    private void limit(ControlKey.Limit key, String usd) {
        write(key, usd);
        var _ = settle();
    }

    private void write(ControlKey.Limit key, String usd) {
        Instant now = router.clock.instant();
        var limit = new BudgetLimit(new BigDecimal(usd), now, "me");
        router.control = router.control.with(key.text(), limit.toJson());
        router.budgets = new BudgetAccounts(Map.of(), Map.of(), router.control.budgets().limits());
    }

    /** Returns a job that its worker has not called. */
    private void giveBack(TestRecord<String, byte @Nullable []> job) throws UnreadableHeader {
        Headers headers = new RecordHeaders();
        JobHeaders read = JobHeaders.read(job.headers()).withoutCache();
        read.withCostLimit(
                        Objects.requireNonNullElse(
                                read.costLimit(), JobCostLimit.unknown(read.chain().size())))
                .returned(0, 0, BigDecimal.ZERO)
                .writeTo(headers);
        router.send(
                RouterDriver.TOPICS.retrieved(),
                Objects.requireNonNull(job.key()).getBytes(UTF_8),
                job.value(),
                headers);
    }

    private void bill(String customId, String usd) {
        JobId id = JobId.of("default", "default", customId);
        CostEvent none = CostEvent.withoutCall(id, "default", "default");
        router.end(
                new CostEvent(
                        none.eventId(),
                        true,
                        new BatchJob(id, "default", "default"),
                        null,
                        Route.NONE,
                        new AttemptCost(
                                "small",
                                "openai",
                                1,
                                CostKind.BILLED,
                                PricedUsage.of(none.usage(), null, null),
                                new BigDecimal(usd),
                                BigDecimal.ZERO),
                        BigDecimal.ZERO,
                        null));
    }

    private static JobCostLimit limitOf(TestRecord<String, byte @Nullable []> job)
            throws UnreadableHeader {
        return Objects.requireNonNull(JobHeaders.read(job.headers()).costLimit());
    }

    private static void assertThatTenantPays(JobCostLimit limit) {
        assertThat(limit.reserved().accounts())
                .singleElement(InstanceOfAssertFactories.STRING)
                .startsWith("tenant/default/");
    }

    @Nested
    class AJobWithoutReservedMoney {
        @Test
        void getsMoneyUnderTheFirstLimit() throws UnreadableHeader {
            var job = send("a");
            limit(TENANT, "5");
            giveBack(job);

            JobCostLimit limit = limitOf(settle().getFirst());

            assertThat(limit.reservedUsd()).isEqualByComparingTo(ATTEMPT);
            assertThatTenantPays(limit);
        }

        @Test
        void hasItsTrueCostIfTheLimitIsGoneAgain() throws UnreadableHeader {
            var job = send("a");
            giveBack(job);

            JobCostLimit limit = limitOf(settle().getFirst());

            assertThat(limit.attemptUsd())
                    .singleElement(InstanceOfAssertFactories.BIG_DECIMAL)
                    .isEqualByComparingTo(ATTEMPT);
            assertThat(limit.allowsAttemptAt(0)).isTrue();
        }

        @Test
        void isSentOnceHoweverOftenItsReturnIsRead() throws UnreadableHeader {
            var job = send("a");
            limit(TENANT, "5");
            giveBack(job);
            giveBack(job);

            assertThat(settle()).hasSize(1);
        }

        @Test
        void isRefusedIfTheLimitWasSpentBefore() throws UnreadableHeader {
            var job = send("a");
            var _ = send("b");
            bill("b", "3.5");
            limit(TENANT, "5");
            giveBack(job);

            JobCostLimit limit = limitOf(settle().getFirst());

            assertThat(limit.reserved().refusal()).contains("3.5");
            assertThat(limit.allowsAttemptAt(0)).isFalse();
        }

        @Test
        void isCoveredByALimitThatLeavesEnough() throws UnreadableHeader {
            var job = send("a");
            var _ = send("b");
            bill("b", "3.5");
            limit(TENANT, "5.6");
            giveBack(job);

            assertThat(limitOf(settle().getFirst()).reservedUsd()).isEqualByComparingTo(ATTEMPT);
        }

        @Test
        void countsItsCallThatWasRunningWhenTheLimitWasSet() throws UnreadableHeader {
            var job = send("a");
            var _ = send("b");
            limit(TENANT, "5");
            bill("b", "3.5");
            giveBack(job);

            assertThat(limitOf(settle().getFirst()).reserved().refusal()).contains("3.5");
        }

        @Test
        void isNotForgottenIfTheRouterDoesNotKnowIt() throws UnreadableHeader {
            var job = send("a");
            limit(TENANT, "5");
            replace(job, MillraceHeaders.JOB_ID, JobId.of("default", "default", "z").value());
            giveBack(job);

            assertThat(settle()).hasSize(1);
        }

        @Test
        void hasThePriceOfTheModelsThatItCanStillCall() throws UnreadableHeader {
            var job = send("a");
            limit(TENANT, "5");
            replace(job, MillraceHeaders.CHAIN, "gone,small");
            replace(job, MillraceHeaders.CHAIN_POSITION, "1");
            giveBack(job);

            assertThat(limitOf(settle().getFirst()).reservedUsd()).isEqualByComparingTo(ATTEMPT);
        }

        private static void replace(
                TestRecord<String, byte @Nullable []> job, String header, String value) {
            job.headers().remove(header).add(new RecordHeader(header, value.getBytes(UTF_8)));
        }

        @Test
        void waitsUnderAnExhaustedLimitOfItsBatch() throws UnreadableHeader {
            var job = send("a");
            var _ = send("b");
            bill("b", "3.5");
            var batch = new ControlKey.BatchLimit("default", "default");
            limit(batch, "5");
            giveBack(job);

            assertThat(settle()).isEmpty();
        }
    }

    @Nested
    class AJobThatIdenticalJobsWaitFor {
        private TestRecord<String, byte @Nullable []> shared() {
            var job = send("a");
            job.headers()
                    .add(
                            new RecordHeader(
                                    MillraceHeaders.CACHE_KEY, "a".repeat(64).getBytes(UTF_8)));
            return job;
        }

        @Test
        void waitsLikeOthersIfNothingWasReserved() throws UnreadableHeader {
            var job = shared();
            var _ = send("b");
            bill("b", "3.5");
            limit(new ControlKey.BatchLimit("default", "default"), "5");
            giveBack(job);
            router.pass(Duration.ofMinutes(5));

            assertThat(settle()).isEmpty();

            write(new ControlKey.BatchLimit("default", "default"), "50");
            assertThat(settle()).hasSize(1);
        }
    }

    @Nested
    class AJobWithReservedMoney {
        @Test
        void returnsItsMoneyToALowerLimit() throws UnreadableHeader {
            limit(TENANT, "5");
            var job = send("a");
            limit(TENANT, "3");
            giveBack(job);

            JobCostLimit limit = limitOf(settle().getFirst());

            assertThat(limit.reservedUsd()).isEqualByComparingTo(ATTEMPT);
            assertThatTenantPays(limit);
        }

        @Test
        void isRefusedByALimitBelowItsCost() throws UnreadableHeader {
            limit(TENANT, "5");
            var job = send("a");
            limit(TENANT, "1");
            giveBack(job);

            assertThat(limitOf(settle().getFirst()).reserved().refusal()).isNotNull();
        }
    }
}
