package dev.millrace.worker.outcome;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.PriceHours;
import dev.millrace.contracts.money.ServiceUse;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.money.WeeklyTime;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.worker.answer.Billing;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttemptCostsTest {
    private static final JobHeaders JOB =
            new JobHeaders(
                    new JobHeaders.Identity(JobId.of("t", "b", "c"), "t", "b", 1L),
                    new JobHeaders.Submission(Priority.NORMAL, null, Instant.EPOCH),
                    new JobHeaders.Route("default", List.of("m"), null));
    private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");

    private static final RequestLine LINE =
            ((ParseResult.Accepted)
                            RequestParser.parse(
                                    """
                                    {"custom_id":"c","method":"POST","url":"/v1/chat/completions",
                                    "body":{"model":"m","messages":[],"max_tokens":50,"n":2}}\
                                    """
                                            .getBytes(UTF_8)))
                    .line();

    private final AttemptCosts costs =
            new AttemptCosts(JOB, Model.of("m", "p", Price.of("2.50", "10")), "v1", NOW);

    enum Paid {
        NOTHING,
        BILLED,
        UNCERTAIN;

        Billing billing() {
            return switch (this) {
                case NOTHING -> Billing.NOTHING;
                case BILLED -> new Billing.Billed(TokenUsage.of(1_000, 7));
                case UNCERTAIN -> Billing.UNCERTAIN;
            };
        }
    }

    @Property
    void everyBilledAttemptHasOneCost(
            @ForAll @Size(max = 8) List<Paid> attempts, @ForAll boolean endsWhileItWaits) {
        var ledger = new AttemptCosts(JOB, Model.of("m", "p", Price.of("2.50", "10")), "v1", NOW);
        var events = new ArrayList<AttemptCost>();
        for (int i = 0; i < attempts.size(); i++) {
            ledger.onAttempt(i + 1, attempts.get(i).billing(), LINE, NOW, NOW);
            if (i < attempts.size() - 1 || endsWhileItWaits) {
                ledger.takeLast().ifPresent(events::add);
            }
        }
        events.add(ledger.takeFinal(attempts.size()));

        assertThat(events)
                .filteredOn(it -> it.kind() != CostKind.NONE)
                .hasSize((int) attempts.stream().filter(it -> it != Paid.NOTHING).count());
        assertThat(events).extracting(AttemptCost::attempt).doesNotHaveDuplicates();
        assertThat(ledger.billedUsd())
                .isEqualByComparingTo(
                        events.stream()
                                .filter(it -> it.kind() == CostKind.BILLED)
                                .map(AttemptCost::costUsd)
                                .reduce(BigDecimal.ZERO, BigDecimal::add));
    }

    @Test
    void billedAttemptCostsTokensTimesPrice() {
        costs.onAttempt(1, new Billing.Billed(TokenUsage.of(1_000, 7)), LINE, NOW, NOW);

        assertThat(costs.billedUsd()).isEqualByComparingTo("0.00257");
    }

    @Test
    void tierAndToolsOfTheAnswerDecideTheCost() {
        var price =
                new Price(
                        new BigDecimal("2.50"),
                        new BigDecimal("2.50"),
                        new BigDecimal("2.50"),
                        new BigDecimal("2.50"),
                        BigDecimal.TEN,
                        List.of(),
                        Map.of("flex", Price.of("1.25", "5")),
                        Map.of("web_search", new BigDecimal("0.01")),
                        Optional.empty());
        var ledger = new AttemptCosts(JOB, Model.of("m", "p", price), "v1", NOW);
        var service = new ServiceUse("flex", Map.of("web_search", 2L));

        ledger.onAttempt(1, billed(service, Optional.empty()), LINE, NOW, NOW);

        var event = ledger.takeFinal(1);
        assertThat(ledger.billedUsd()).isEqualByComparingTo("0.021285");
        assertThat(event.costUsd()).isEqualByComparingTo("0.021285");
        assertThat(event.usage().rates()).isEqualTo(Price.of("1.25", "5"));
        assertThat(event.usage().service()).isEqualTo(service);
    }

    @Nested
    class AtACheaperTier {
        private final Price price =
                new Price(
                        new BigDecimal("2.50"),
                        new BigDecimal("2.50"),
                        new BigDecimal("2.50"),
                        new BigDecimal("2.50"),
                        BigDecimal.TEN,
                        List.of(),
                        Map.of("flex", Price.of("1.25", "5")),
                        Map.of(),
                        Optional.empty());
        private final AttemptCosts ledger =
                new AttemptCosts(JOB, Model.of("m", "p", price), "v1", NOW);

        private AttemptCost end(Billing billing) {
            ledger.onAttempt(1, billing, LINE, NOW, NOW);
            return ledger.takeFinal(1);
        }

        @Test
        void answerWithoutATierIsChargedAtIt() {
            ledger.onBought("flex", false);

            AttemptCost cost = end(billed(ServiceUse.NONE, Optional.empty()));

            assertThat(cost.costUsd()).isEqualByComparingTo("0.001285");
            assertThat(cost.savedUsd()).isEqualByComparingTo("0.001285");
            assertThat(cost.usage().service().tier()).isEqualTo("flex");
        }

        @Test
        void answerOfTheStandardTierSavesNothing() {
            ledger.onBought("flex", false);

            AttemptCost cost = end(billed(new ServiceUse("default", Map.of()), Optional.empty()));

            assertThat(cost.costUsd()).isEqualByComparingTo("0.00257");
            assertThat(cost.savedUsd()).isZero();
        }

        @Test
        void unknownOutcomeSavesNothing() {
            ledger.onBought("flex", false);

            assertThat(end(Billing.UNCERTAIN).savedUsd()).isZero();
        }

        @Test
        void spilledCallSaysSo() {
            ledger.onBought(null, true);

            AttemptCost cost = end(billed(ServiceUse.NONE, Optional.empty()));

            assertThat(cost.spilled()).isTrue();
            assertThat(cost.savedUsd()).isZero();
        }
    }

    private static Billing billed(ServiceUse service, Optional<BigDecimal> statedUsd) {
        return new Billing.Billed(TokenUsage.of(1_000, 7), service, Set.of(), statedUsd);
    }

    @Test
    void statedCostCountsAndTheCatalogsCostIsKept() {
        costs.onAttempt(
                1, billed(ServiceUse.NONE, Optional.of(new BigDecimal("0.00190"))), LINE, NOW, NOW);

        AttemptCost cost = costs.takeFinal(1);
        assertThat(costs.billedUsd()).isEqualTo("0.0019");
        assertThat(cost.costUsd()).isEqualTo("0.0019");
        assertThat(cost.usage().catalogUsd()).isEqualTo("0.00257");
        assertThat(cost.usage().rates()).isEqualTo(Price.of("2.50", "10"));
    }

    @Test
    void statedCostSpendsTheReservedMoney() {
        JobHeaders job =
                JOB.withCostLimit(
                        new JobCostLimit(
                                new BigDecimal("0.005"), List.of(new BigDecimal("0.003"))));
        var ledger = new AttemptCosts(job, Model.of("m", "p", Price.of("2.50", "10")), "v1", NOW);

        ledger.onAttempt(
                1, billed(ServiceUse.NONE, Optional.of(new BigDecimal("0.006"))), LINE, NOW, NOW);

        assertThat(ledger.excessiveCostUsd()).isEqualTo("0.006");
        assertThat(ledger.coversAttempt()).isFalse();
    }

    @Nested
    class OfAPriceByTheHour {
        private final Price price =
                Price.of("1", "1")
                        .withHours(
                                new PriceHours(
                                        ZoneOffset.UTC,
                                        PriceHours.BookedAt.END,
                                        Set.of(),
                                        Map.of(
                                                "peak",
                                                new PriceHours.Period(
                                                        List.of(WeeklyTime.parse("10:00-11:00")),
                                                        Price.of("2", "2")))));
        private final AttemptCosts ledger =
                new AttemptCosts(JOB, Model.of("m", "p", price), "v1", NOW);

        private AttemptCost billed(String start, String end) {
            ledger.onAttempt(
                    1,
                    new Billing.Billed(TokenUsage.of(1_000_000, 0)),
                    LINE,
                    Instant.parse(start),
                    Instant.parse(end));
            return ledger.takeFinal(1);
        }

        @Test
        void attemptCostsThePriceOfItsHourWhichTheEventNames() {
            AttemptCost cost = billed("2026-11-30T09:59:00Z", "2026-11-30T10:00:00Z");

            assertThat(cost.costUsd()).isEqualByComparingTo("2");
            assertThat(cost.usage().rates()).isEqualTo(Price.of("2", "2"));
            assertThat(cost.usage().period()).isEqualTo("peak");
        }

        @Test
        void attemptAtUsualHoursNamesNone() {
            AttemptCost cost = billed("2026-11-30T10:59:00Z", "2026-11-30T11:00:00Z");

            assertThat(cost.costUsd()).isEqualByComparingTo("1");
            assertThat(cost.usage().period()).isNull();
        }

        @ParameterizedTest
        @CsvSource({"2026-11-30T09:59:59Z, true", "2026-11-30T10:00:00Z, false"})
        void reservationNeedsToCoverTheHoursBeforeTheDeadlineOnly(
                Instant deadline, boolean isCovered) {
            JobCostLimit reserved =
                    JobCostLimit.underBudget(
                                    List.of(BigDecimal.ONE),
                                    List.of(new JobCostLimit.AttemptTokens(1_000_000, 0)),
                                    null)
                            .reserve(BigDecimal.ONE, 0);
            JobHeaders job =
                    new JobHeaders(
                                    JOB.identity(),
                                    new JobHeaders.Submission(
                                            Priority.NORMAL, deadline, Instant.EPOCH),
                                    new JobHeaders.Route("default", List.of("m"), null))
                            .withCostLimit(reserved);
            Instant eight = Instant.parse("2026-11-30T08:00:00Z");

            var costs = new AttemptCosts(job, Model.of("m", "p", price), "v1", eight);

            assertThat(costs.coversAttempt()).isEqualTo(isCovered);
        }

        @Test
        void uncertainAttemptCostsTheHighestHour() {
            ledger.onUnreportedAttempt(1, LINE);

            assertThat(ledger.takeFinal(1).usage().period()).isEqualTo("peak");
        }
    }

    @Test
    void uncertainAttemptIsCountedWithItsUpperBound() {
        costs.onUnreportedAttempt(1, LINE);

        assertThat(costs.billedUsd()).isZero();
        assertThat(costs.takeFinal(1).usage().tokens())
                .isEqualTo(TokenUsage.of(LINE.body().length(), 100));
    }

    @Nested
    class WhenAnUncertainJobHasNoOwnLimit {
        private final RequestLine unlimited =
                ((ParseResult.Accepted)
                                RequestParser.parse(
                                        """
                                        {"custom_id":"c","url":"/v1/responses","body":{"model":"m"}}\
                                        """
                                                .getBytes(UTF_8)))
                        .line();

        private long outputTokens(@Nullable Long sent) {
            return outputTokens(sent, Model.of("m", "p", Price.of("1", "1")));
        }

        private long outputTokens(@Nullable Long sent, Model model) {
            var headers =
                    new JobHeaders(
                                    new JobHeaders.Identity(JOB.jobId(), "t", "b", 1L),
                                    new JobHeaders.Submission(Priority.NORMAL, null, Instant.EPOCH),
                                    new JobHeaders.Route("default", List.of("m"), null))
                            .withOutputLimit(sent);
            var ledger = new AttemptCosts(headers, model, "v1", NOW);
            ledger.onUnreportedAttempt(1, unlimited);
            return ledger.takeFinal(1).usage().tokens().outputTokens();
        }

        @Test
        void sentLimitCounts() {
            assertThat(outputTokens(700L)).isEqualTo(700);
        }

        @Test
        void defaultOfTheModelCountsWithoutASentLimit() {
            assertThat(outputTokens(null)).isEqualTo(Model.DEFAULT_MAX_TOKENS);
        }

        @Test
        void theLongestAnswerOfTheModelDoesNotCount() {
            Model model = Catalog.shipped().find("gpt-4.1").orElseThrow();

            assertThat(model.contextWindow().orElseThrow()).isGreaterThan(1_000_000);
            assertThat(outputTokens(null, model)).isEqualTo(Model.DEFAULT_MAX_TOKENS);
        }
    }

    @Test
    void jobWithoutCallsCostsNothing() {
        assertThat(costs.takeFinal(0)).isEqualTo(AttemptCost.NONE);
    }

    @Test
    void costOfAnAttemptIsTakenOnce() {
        costs.onUnreportedAttempt(1, LINE);

        assertThat(costs.takeLast().orElseThrow().attempt()).isOne();
        assertThat(costs.takeLast()).isEmpty();
        assertThat(costs.takeFinal(1).kind()).isEqualTo(CostKind.NONE);
    }
}
