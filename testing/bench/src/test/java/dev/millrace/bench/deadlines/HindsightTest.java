package dev.millrace.bench.deadlines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HindsightTest {
    private static final Instant MIDNIGHT = DeadlineLoad.BEGIN;
    private static final TokenUsage USAGE = TokenUsage.of(100_000, 0);

    private static DeadlineJob job(String model, Duration arrives, Duration within) {
        Instant arrival = MIDNIGHT.plus(arrives);
        return new DeadlineJob(
                0,
                Catalog.shipped().find(model).orElseThrow(),
                arrival,
                arrival.plus(within),
                USAGE,
                Duration.ofSeconds(10),
                Duration.ofMinutes(2));
    }

    @Test
    void deadlineBehindTheTimeOfAFlexCallGetsItsPrice() {
        assertThat(Hindsight.cost(job("gpt-6-luna", Duration.ZERO, Duration.ofMinutes(2))))
                .isEqualByComparingTo("0.005");
        assertThat(Hindsight.cost(job("gpt-6-luna", Duration.ZERO, Duration.ofSeconds(119))))
                .isEqualByComparingTo("0.010");
    }

    @Test
    void callThatEndsAfterThePeakGetsTheUsualPrice() {
        var peak = Duration.ofHours(3).plusMinutes(50);

        assertThat(Hindsight.cost(job("deepseek-flash", peak, Duration.ofMinutes(9))))
                .isEqualByComparingTo("0.030");
        assertThat(Hindsight.cost(job("deepseek-flash", peak, Duration.ofMinutes(11))))
                .isEqualByComparingTo("0.015");
    }

    @Test
    void noStartInTheWindowCostsLess() {
        for (DeadlineJob job : DeadlineLoad.of(60)) {
            BigDecimal best = Hindsight.cost(job);

            assertThat(startsOnTime(job))
                    .allSatisfy(it -> assertThat(it).isGreaterThanOrEqualTo(best));
        }
    }

    private static List<BigDecimal> startsOnTime(DeadlineJob job) {
        return Stream.of(false, true)
                .filter(isFlex -> !isFlex || job.hasFlex())
                .flatMap(
                        isFlex ->
                                Stream.iterate(
                                                job.arrives(),
                                                it ->
                                                        !it.plus(job.time(isFlex))
                                                                .isAfter(job.deadline()),
                                                it -> it.plusSeconds(7))
                                        .map(it -> job.cost(it, isFlex)))
                .toList();
    }
}
