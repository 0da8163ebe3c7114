package dev.millrace.router.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.PriceHours;
import dev.millrace.contracts.money.WeeklyTime;
import dev.millrace.router.classify.Requests;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The model "nights" costs 1 USD, from 10:00 to 11:00 UTC 4 USD; the model "flat" costs 2 USD. */
class PricesByTheHourTest {
    private static final Instant NINE = Instant.parse("2026-11-20T09:00:00Z");

    private final PlannerScene scene =
            PlannerScene.of(
                    PlannerScene.model("flat", 1_000, Price.of("2", "2")),
                    PlannerScene.model("nights", 1_000, nights()));

    private static Price nights() {
        return Price.of("1", "1")
                .withHours(
                        new PriceHours(
                                ZoneOffset.UTC,
                                PriceHours.BookedAt.END,
                                Set.of(),
                                Map.of(
                                        "peak",
                                        new PriceHours.Period(
                                                List.of(WeeklyTime.parse("10:00-11:00")),
                                                Price.of("4", "4")))));
    }

    private Plan.Routed plan(String model, String options, Instant now) {
        var line =
                Requests.line(
                        "/v1/chat/completions",
                        "{\"model\":\"" + model + "\",\"max_tokens\":100}",
                        options);
        var request = new JobRequest(JobId.of("acme", "b", "a"), "acme", line, true, () -> null);
        return PlannerScene.routed(scene.planner().plan(request, scene.active, now));
    }

    private static BigDecimal attemptUsd(JobCostLimit limit) {
        return limit.attemptUsd().getFirst();
    }

    private JobCostLimit limit(String options) {
        return plan("nights", options, NINE).costLimit().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-20T09:59:59Z, nights",
        "2026-11-20T10:00:00Z, flat",
        "2026-11-20T11:00:00Z, nights",
    })
    void cheapestModelIsThatOfTheMoment(Instant now, String model) {
        scene.policy(PlannerScene.cheapest());

        assertThat(plan("auto", "{}", now).model().name()).isEqualTo(model);
    }

    @ParameterizedTest
    @CsvSource({
        "lowest, 2026-11-20T12:00:00Z, nights",
        "lowest, 2026-11-20T11:10:00Z, flat",
        "standard, 2026-11-20T12:00:00Z, flat",
    })
    void jobThatCanWaitGetsTheCheapestModelOfItsHours(String buy, Instant deadline, String model) {
        scene.policy(PlannerScene.cheapest());
        String options = "{\"buy\":\"%s\",\"deadline\":\"%s\"}".formatted(buy, deadline);

        Plan.Routed plan = plan("auto", options, Instant.parse("2026-11-20T10:00:00Z"));

        assertThat(plan.model().name()).isEqualTo(model);
    }

    @Test
    void jobThatWaitsReservesTheDearestHour() {
        Instant peak = Instant.parse("2026-11-20T10:00:00Z");
        String deadline = "\"deadline\":\"2026-11-20T12:00:00Z\"";

        assertThat(plan("nights", "{\"buy\":\"lowest\"," + deadline + "}", peak).costLimit())
                .isEqualTo(plan("nights", "{" + deadline + "}", peak).costLimit());
    }

    @Test
    void budgetReservesTheDearestHourUntilTheDeadline() {
        BigDecimal flat = attemptUsd(plan("flat", "{}", NINE).costLimit().orElseThrow());
        BigDecimal half = flat.divide(BigDecimal.TWO);
        BigDecimal twice = flat.multiply(BigDecimal.TWO);

        assertThat(attemptUsd(limit("{\"deadline\":\"2026-11-20T09:59:59Z\"}")))
                .isEqualByComparingTo(half);
        assertThat(attemptUsd(limit("{\"deadline\":\"2026-11-20T10:00:00Z\"}")))
                .isEqualByComparingTo(twice);
        assertThat(attemptUsd(limit("{}"))).isEqualByComparingTo(twice);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-11-20T10:30:00Z", "2026-11-20T11:00:00Z"})
    void parkedJobReservesTheHoursThatAreLeft(Instant later) {
        Instant deadline = Instant.parse("2026-11-20T12:00:00Z");
        JobCostLimit planned = limit("{\"deadline\":\"" + deadline + "\"}");
        var job =
                new JobHeaders(
                                new JobHeaders.Identity(
                                        JobId.of("acme", "b", "a"), "acme", "b", null),
                                new JobHeaders.Submission(Priority.NORMAL, deadline, NINE),
                                new JobHeaders.Route("catalog", List.of("nights"), 0))
                        .withCostLimit(planned);

        JobCostLimit now =
                Objects.requireNonNull(
                        scene.planner().atCurrentPrices(job, 1, () -> null, later).costLimit());

        boolean isPeakLeft = later.isBefore(Instant.parse("2026-11-20T11:00:00Z"));
        assertThat(attemptUsd(now))
                .isEqualByComparingTo(
                        isPeakLeft
                                ? attemptUsd(planned)
                                : attemptUsd(planned).divide(BigDecimal.valueOf(4)));
    }
}
