package dev.millrace.router.budget;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.TenantConfig;
import dev.millrace.configuration.TenantConfig.Budget;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.budget.Period;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.PricedUsage;
import dev.millrace.contracts.result.Route;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.router.dedupe.SeenEntry;
import dev.millrace.router.topology.RouterDriver;
import dev.millrace.router.topology.WorkerAnswers;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests budgets in the whole topology. A job of a million output tokens costs about 2 USD. */
class BudgetStepTest {
    private static final BigDecimal FIVE = new BigDecimal("5");

    /** The highest cost of an attempt. */
    private static final String ATTEMPT = "2.00018";

    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
    }

    private void limit(Period period, OnExhausted onExhausted) {
        limit(FIVE, period, onExhausted);
    }

    private void limit(BigDecimal limitUsd, Period period, OnExhausted onExhausted) {
        var budget = new Budget(limitUsd, period, ZoneOffset.UTC, onExhausted);
        router.budgets =
                new BudgetAccounts(
                        Map.of(TenantConfig.DEFAULT_NAME, new TenantConfig(1, Optional.of(budget))),
                        Map.of(),
                        Map.of());
    }

    private List<TestRecord<String, byte @Nullable []>> send(String customId) {
        router.send(
                """
                {"custom_id":"%s","method":"POST","url":"/v1/chat/completions",\
                "body":{"model":"small","max_tokens":1000000,"messages":[]}}\
                """
                        .formatted(customId),
                SubmissionHeaders.NONE);
        return settle();
    }

    /** Exchanges reports and grants, and returns the jobs that were sent. */
    private List<TestRecord<String, byte @Nullable []>> settle() {
        for (int i = 0; i < 50; i++) {
            router.pass(Duration.ofMillis(20));
        }
        return router.jobs("small");
    }

    private static JobId id(String customId) {
        return JobId.of("default", "default", customId);
    }

    private static CostEvent cost(String customId, String usd, boolean isFinal) {
        CostEvent none = CostEvent.withoutCall(id(customId), "default", "default");
        return new CostEvent(
                none.eventId(),
                isFinal,
                new BatchJob(none.jobId(), none.tenant(), none.batch()),
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
                null);
    }

    private static BigDecimal reserved(TestRecord<String, byte @Nullable []> job)
            throws UnreadableHeader {
        return Objects.requireNonNull(JobHeaders.read(job.headers()).costLimit()).reservedUsd();
    }

    private String result() {
        return new String(Objects.requireNonNull(router.results().getFirst().value()), UTF_8);
    }

    @Nested
    class WhenThereIsMoney {
        @Test
        void jobIsSentWithItsReservation() throws UnreadableHeader {
            limit(Period.TOTAL, OnExhausted.REJECT);

            var jobs = send("a");

            assertThat(jobs).extracting(TestRecord::key).containsExactly(id("a").value());
            assertThat(reserved(jobs.getFirst())).isEqualByComparingTo(ATTEMPT);
        }

        @Test
        void jobOfATenantWithoutABudgetIsSentAtOnce() {
            router.send(RouterDriver.line("a", "small"));

            assertThat(router.jobs("small")).hasSize(1);
        }
    }

    @Nested
    class WhenMoneyIsReserved {
        @Test
        void nextJobWaitsForTheEndOfTheFirst() {
            limit(new BigDecimal("3"), Period.TOTAL, OnExhausted.REJECT);
            var _ = send("a");
            assertThat(send("b")).isEmpty();

            router.end(cost("a", "0.25", false));
            router.end(cost("a", "0.25", true));

            assertThat(settle()).extracting(TestRecord::key).containsExactly(id("b").value());
        }
    }

    @Nested
    class WhenMoneyIsSpent {
        @Test
        void jobEndsWithTheNumbers() {
            limit(Period.TOTAL, OnExhausted.REJECT);
            var _ = send("a");
            router.end(cost("a", "1", false));
            router.end(cost("a", "2.5", true));
            var _ = settle();

            assertThat(send("b")).isEmpty();

            assertThat(result())
                    .contains("budget_exceeded")
                    .contains("the tenant default has left: 3.5 of 5 USD are spent");
        }

        @Test
        void parkedJobIsSentInTheNextPeriod() {
            limit(Period.DAY, OnExhausted.PARK);
            var _ = send("a");
            router.end(cost("a", "4", true));
            assertThat(send("b")).isEmpty();

            router.pass(Duration.ofDays(1));

            assertThat(settle()).hasSize(1);
            assertThat(router.results()).isEmpty();
        }
    }

    @Nested
    class WhenMoneyIsSpentAndAnAnswerIsStored {
        /** Sends a job and returns the jobs that are called. */
        private List<TestRecord<String, byte @Nullable []>> ask(String customId, String question) {
            router.send(
                    """
                    {"custom_id":"%s","method":"POST","url":"/v1/chat/completions",\
                    "millrace":{"cache":"exact"},\
                    "body":{"model":"small","max_tokens":1000000,"messages":["%s"]}}\
                    """
                            .formatted(customId, question),
                    SubmissionHeaders.NONE);
            return settle();
        }

        private String resultOf(String customId) {
            return router.results().stream()
                    .filter(it -> id(customId).value().equals(it.key()))
                    .map(it -> new String(Objects.requireNonNull(it.value()), UTF_8))
                    .collect(Collectors.joining());
        }

        @BeforeEach
        void spendAllMoneyOnOneAnswer() throws UnreadableHeader {
            limit(Period.TOTAL, OnExhausted.REJECT);
            var _ = ask("a", "known");
            String key =
                    Objects.requireNonNull(
                            JobHeaders.read(router.lookups().getFirst().headers()).cacheKey());
            WorkerAnswers.send(router, key, "a", WorkerAnswers.success("a", "5"));
            router.end(cost("a", "5", true));
            var _ = settle();
        }

        @Test
        void identicalJobGetsTheAnswerAndReservesNothing() {
            assertThat(ask("b", "known")).isEmpty();

            assertThat(resultOf("b")).contains("\"cache\":\"hit\"", "\"cost_usd\":0");
            CostEvent cost =
                    CostEventCodec.read(Objects.requireNonNull(router.costs().getLast().value()));
            assertThat(cost.jobId()).isEqualTo(id("b"));
            assertThat(cost.savedUsd()).isEqualByComparingTo(FIVE);
            assertThat(cost.reservedUsd()).isZero();
        }

        @Test
        void otherJobEndsWithTheNumbers() {
            assertThat(ask("c", "new")).isEmpty();

            assertThat(resultOf("c")).contains("budget_exceeded", "5 of 5 USD are spent");
        }

        @Test
        void jobEndsWithTheNumbersIfTheLookupsTopicDoesNotTakeIt() {
            router.maxRecordBytes.put(RouterDriver.TOPICS.lookups(), 100);
            assertThat(ask("b", "known")).isEmpty();

            assertThat(resultOf("b")).contains("budget_exceeded");
        }
    }

    @Nested
    class WhenAnAnswerIsLost {
        private final RecordHeaders headers = new RecordHeaders();

        /** Sends a job, and returns it after a call whose answer was lost. */
        private void lose(BigDecimal limit, OnExhausted onExhausted) throws UnreadableHeader {
            lose(limit, onExhausted, it -> it, () -> {});
        }

        /**
         * @param meanwhile happens before the job returns
         */
        private void lose(
                BigDecimal limit,
                OnExhausted onExhausted,
                UnaryOperator<JobHeaders> change,
                Runnable meanwhile)
                throws UnreadableHeader {
            limit(limit, Period.DAY, onExhausted);
            var sent = send("a").getFirst();
            meanwhile.run();
            JobHeaders job = change.apply(JobHeaders.read(sent.headers()));
            JobCostLimit cost = Objects.requireNonNull(job.costLimit());
            job.withCostLimit(cost.spend(new BigDecimal(ATTEMPT)))
                    .returned(1, 1, BigDecimal.ZERO)
                    .writeTo(headers);
            giveBack(sent);
            router.end(cost("a", ATTEMPT, false));
        }

        private void giveBack(TestRecord<String, byte @Nullable []> sent) {
            router.send(
                    RouterDriver.TOPICS.retrieved(),
                    Objects.requireNonNull(sent.key()).getBytes(UTF_8),
                    sent.value(),
                    headers);
        }

        @Test
        void anotherAttemptIsReserved() throws UnreadableHeader {
            lose(FIVE, OnExhausted.REJECT);

            var jobs = settle();

            assertThat(jobs).extracting(TestRecord::key).containsExactly(id("a").value());
            assertThat(reserved(jobs.getFirst())).isEqualByComparingTo("4.00036");
            assertThat(JobHeaders.read(jobs.getFirst().headers()).attempts()).isEqualTo(1);
        }

        @Test
        void returnThatIsReadAgainChangesNothing() throws UnreadableHeader {
            lose(FIVE, OnExhausted.REJECT);
            var jobs = settle();
            giveBack(jobs.getFirst());

            assertThat(settle()).isEmpty();
        }

        @Test
        void workerEndsTheJobIfTheBudgetIsSpent() throws UnreadableHeader {
            lose(new BigDecimal("3"), OnExhausted.REJECT);

            var jobs = settle();

            assertThat(router.results()).isEmpty();
            JobCostLimit limit =
                    Objects.requireNonNull(JobHeaders.read(jobs.getFirst().headers()).costLimit());
            assertThat(limit.allowsAttemptAt(0)).isFalse();
            assertThat(limit.reserved().refusal()).contains("2.00018 of 3 USD are spent");
        }

        @Test
        void jobThatOthersCanWaitForIsRefusedAtOnce() throws UnreadableHeader {
            lose(
                    new BigDecimal("3"),
                    OnExhausted.PARK,
                    it -> it.withCacheKey("0".repeat(64)),
                    () -> {});

            assertThat(limitOf(settle().getFirst()).reserved().refusal())
                    .contains("identical jobs");
        }

        /** After ten seconds without a job, its partition has given back all free money. */
        @Test
        void jobThatOthersCanWaitForIsPaidThoughItsAttemptWasLong() throws UnreadableHeader {
            lose(
                    new BigDecimal("100"),
                    OnExhausted.PARK,
                    it -> it.withCacheKey("0".repeat(64)),
                    () -> {
                        router.pass(Duration.ofSeconds(60));
                        var _ = settle();
                    });

            JobCostLimit limit = limitOf(settle().getFirst());
            assertThat(limit.reserved().refusal()).isNull();
            assertThat(limit.reservedUsd()).isEqualByComparingTo("4.00036");
        }

        @Test
        void jobThatOthersCanWaitForWaitsForAMinuteOnly() throws UnreadableHeader {
            lose(
                    FIVE,
                    OnExhausted.PARK,
                    it -> it.withCacheKey("0".repeat(64)),
                    () -> assertThat(send("b")).hasSize(1));
            assertThat(settle()).isEmpty();
            router.pass(Duration.ofSeconds(57));
            assertThat(settle()).isEmpty();

            router.pass(Duration.ofSeconds(1));

            assertThat(limitOf(settle().getFirst()).reserved().refusal())
                    .contains("identical jobs");
        }

        /** No worker reads the topic of a model whose provider is off. */
        @Test
        void jobWhoseProviderIsOffWhenItsMoneyComesEndsWithAnError() throws UnreadableHeader {
            lose(
                    new BigDecimal("3"),
                    OnExhausted.PARK,
                    it ->
                            new JobHeaders(
                                    it.identity(),
                                    it.submission(),
                                    new JobHeaders.Route("default", List.of("unserved"), null),
                                    it.earlier(),
                                    it.maxOutputTokens(),
                                    it.tokens(),
                                    it.cache(),
                                    it.costLimit(),
                                    it.passages()),
                    () -> {});
            assertThat(settle()).isEmpty();
            assertThat(router.jobs("unserved")).isEmpty();

            router.pass(Duration.ofDays(1));
            var _ = settle();

            assertThat(router.jobs("unserved")).isEmpty();
            assertThat(router.results()).hasSize(1);
        }

        @Test
        void jobThatWasTakenForLostIsRefusedOnce() throws UnreadableHeader {
            lose(FIVE, OnExhausted.PARK, it -> it, this::deleteReservations);

            var jobs = settle();

            assertThat(jobs).hasSize(1);
            assertThat(limitOf(jobs.getFirst()).reserved().refusal()).contains("taken for lost");
            giveBack(jobs.getFirst());
            assertThat(settle()).isEmpty();
        }

        @Test
        void jobThatHasEndedIsNotSentAgain() throws UnreadableHeader {
            lose(FIVE, OnExhausted.PARK, it -> it, () -> router.end(cost("a", ATTEMPT, true)));

            assertThat(settle()).isEmpty();
        }

        @Test
        void jobWaitsForItsTopic() throws UnreadableHeader {
            lose(FIVE, OnExhausted.PARK, it -> it, () -> router.withoutTopics.add("small"));
            assertThat(settle()).isEmpty();
            assertThat(router.results()).isEmpty();

            router.withoutTopics.remove("small");
            router.pass(Duration.ofSeconds(1));

            var jobs = settle();
            assertThat(jobs).extracting(TestRecord::key).containsExactly(id("a").value());
            assertThat(JobHeaders.read(jobs.getFirst().headers()).attempts()).isEqualTo(1);
        }

        @Test
        void resultOfAJobCancelledWhileItWaitsForItsTopicHasItsCalls() throws UnreadableHeader {
            limit(FIVE, Period.DAY, OnExhausted.PARK);
            var sent = send("a").getFirst();
            router.withoutTopics.add("small");
            JobHeaders job = JobHeaders.read(sent.headers());
            JobCostLimit cost = Objects.requireNonNull(job.costLimit());
            job.withCostLimit(cost.spend(new BigDecimal(ATTEMPT)))
                    .returned(1, 1, new BigDecimal("0.5"))
                    .writeTo(headers);
            giveBack(sent);
            router.end(cost("a", ATTEMPT, false));
            var _ = settle();

            cancelBatch();

            assertThat(result()).contains("cancelled", "\"attempts\":1,", "\"cost_usd\":0.5,");
        }

        @Test
        void jobThatReturnsUnreadableEndsAsADeadLetterWithItsCalls() throws UnreadableHeader {
            limit(FIVE, Period.DAY, OnExhausted.REJECT);
            var sent = send("a").getFirst();
            JobHeaders job = JobHeaders.read(sent.headers());
            JobCostLimit cost = Objects.requireNonNull(job.costLimit());
            job.withCostLimit(cost.spend(new BigDecimal(ATTEMPT)))
                    .returned(1, 1, new BigDecimal("0.5"))
                    .writeTo(headers);
            headers.remove(MillraceHeaders.CHAIN_POSITION)
                    .add(MillraceHeaders.CHAIN_POSITION, new byte[] {'x'});
            giveBack(sent);

            assertThat(settle()).isEmpty();
            assertThat(router.deadLetters()).hasSize(1);
            CostEvent event =
                    CostEventCodec.read(Objects.requireNonNull(router.costs().getLast().value()));
            JobEnd end = Objects.requireNonNull(event.end());
            assertThat(event.jobId()).isEqualTo(id("a"));
            assertThat(event.reservedUsd()).isEqualByComparingTo(reserved(sent));
            assertThat(end.attempts()).isEqualTo(1);
            assertThat(end.jobCostUsd()).isEqualByComparingTo("0.5");
        }

        @Test
        void workerEndsAJobCancelledWhileItWaitsForMoney() throws UnreadableHeader {
            lose(new BigDecimal("3"), OnExhausted.PARK);
            assertThat(settle()).isEmpty();

            cancelBatch();

            assertThat(router.results()).isEmpty();
            JobHeaders job = JobHeaders.read(settle().getFirst().headers());
            assertThat(job.attempts()).isEqualTo(1);
            assertThat(Objects.requireNonNull(job.costLimit()).allowsAttemptAt(0)).isFalse();
        }

        private void cancelBatch() {
            var command =
                    new OperatorCommand(router.clock.instant(), "someone")
                            .record(new ControlKey.CancelBatch("default", "default"));
            router.control = router.control.with(command.key().text(), command.value());
            for (int i = 0; i < 3; i++) {
                router.pass(Duration.ofSeconds(1));
            }
        }

        @Test
        void jobReturnsWithoutACallForAHigherPrice() throws UnreadableHeader {
            limit(FIVE, Period.DAY, OnExhausted.PARK);
            var sent = send("a").getFirst();
            JobHeaders job = JobHeaders.read(sent.headers());
            JobCostLimit cost = Objects.requireNonNull(job.costLimit());
            job.withCostLimit(cost.withAttempts(List.of(new BigDecimal("2.5")), null))
                    .returned(0, 0, BigDecimal.ZERO)
                    .writeTo(headers);
            giveBack(sent);

            assertThat(reserved(settle().getFirst())).isEqualByComparingTo("2.5");
        }

        private static JobCostLimit limitOf(TestRecord<String, byte @Nullable []> job)
                throws UnreadableHeader {
            return Objects.requireNonNull(JobHeaders.read(job.headers()).costLimit());
        }

        private void deleteReservations() {
            try (var entries = router.budgetStore().all()) {
                entries.forEachRemaining(
                        it -> {
                            if (it.key.get()[0] == 'R') {
                                router.budgetStore().delete(it.key);
                            }
                        });
            }
        }

        @Test
        void jobWaitsForTheNextPeriodIfTheBudgetParks() throws UnreadableHeader {
            lose(new BigDecimal("3"), OnExhausted.PARK);
            assertThat(settle()).isEmpty();

            router.pass(Duration.ofDays(1));

            assertThat(settle()).extracting(TestRecord::key).containsExactly(id("a").value());
        }
    }

    @Nested
    class WhenAJobWasParkedForLong {
        @Test
        void itsEntryAmongTheSeenJobsIsRenewed() {
            limit(Period.DAY, OnExhausted.PARK);
            var _ = send("a");
            router.end(cost("a", "4", true));
            var _ = send("b");
            router.pass(Duration.ofDays(1));
            var _ = settle();

            assertThat(SeenEntry.of(router.seenJobs(), id("b")).atMillis())
                    .isBetween(
                            router.clock.millis() - Duration.ofHours(1).toMillis(),
                            router.clock.millis());
        }

        @Test
        void tracesLearnThatItHasWaitedForMoney() {
            limit(Period.DAY, OnExhausted.PARK);
            var _ = send("a");
            router.end(cost("a", "4", true));
            var _ = send("b");
            router.pass(Duration.ofDays(1));
            var _ = settle();

            assertThat(router.waited).containsExactly(WaitingReason.BUDGET);
        }
    }

    @Nested
    class WhenItsModelHasNoTopicsAnyMore {
        @Test
        void parkedJobWaitsForThem() {
            limit(Period.DAY, OnExhausted.PARK);
            var _ = send("a");
            router.end(cost("a", "4", true));
            var _ = send("b");
            router.withoutTopics.add("small");

            router.pass(Duration.ofDays(1));
            assertThat(settle()).isEmpty();

            router.withoutTopics.remove("small");
            router.pass(Duration.ofSeconds(1));
            assertThat(settle()).extracting(TestRecord::key).containsExactly(id("b").value());
        }
    }

    @Nested
    class WhenAParkedJobCannotBeRead {
        @Test
        void jobEndsAsADeadLetterWithAFinalCostEvent() {
            limit(Period.DAY, OnExhausted.PARK);
            var _ = send("a");
            router.end(cost("a", "4", true));
            var _ = send("b");
            damageParkedJobs();

            router.pass(Duration.ofDays(1));
            var _ = settle();

            assertThat(router.deadLetters())
                    .singleElement()
                    .satisfies(
                            it -> {
                                DeadLetter letter = DeadLetter.read(it.headers());
                                assertThat(letter.reason()).isEqualTo("internal_error");
                                assertThat(letter.jobId()).isEqualTo(id("b").value());
                            });
            assertThat(router.costs())
                    .extracting(it -> CostEventCodec.read(Objects.requireNonNull(it.value())))
                    .anyMatch(it -> it.isFinal() && it.jobId().equals(id("b")));
        }

        private void damageParkedJobs() {
            try (var entries = router.budgetStore().all()) {
                entries.forEachRemaining(
                        it -> {
                            if (it.key.get()[0] == 'W') {
                                router.budgetStore().put(it.key, new byte[] {99});
                            }
                        });
            }
        }
    }
}
