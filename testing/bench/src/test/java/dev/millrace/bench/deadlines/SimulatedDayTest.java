package dev.millrace.bench.deadlines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SimulatedDayTest {
    private static final TokenUsage USAGE = TokenUsage.of(100_000, 0);
    private static final Duration NOON = Duration.ofHours(12);

    private static List<DeadlineJob> jobs(String model, int number, Duration at, Duration within) {
        Instant arrival = DeadlineLoad.BEGIN.plus(at);
        return IntStream.range(0, number)
                .mapToObj(
                        i ->
                                new DeadlineJob(
                                        i,
                                        Catalog.shipped().find(model).orElseThrow(),
                                        arrival,
                                        arrival.plus(within),
                                        USAGE,
                                        Duration.ofSeconds(10),
                                        Duration.ofMinutes(1)))
                .toList();
    }

    @Test
    void standardPriceIsPaidAtOnce() {
        SimulatedDay.Outcome day =
                SimulatedDay.of(jobs("gpt-6-luna", 5, NOON, Duration.ofSeconds(11)), Buy.STANDARD);

        assertThat(day.onTime()).isEqualTo(5);
        assertThat(day.cost()).isEqualByComparingTo("0.05").isEqualByComparingTo(day.bill());
    }

    @Test
    void answerAfterItsDeadlineIsNotOnTime() {
        SimulatedDay.Outcome day =
                SimulatedDay.of(jobs("gpt-6-luna", 5, NOON, Duration.ofSeconds(9)), Buy.STANDARD);

        assertThat(day.onTime()).isZero();
        assertThat(day.uncertain()).isEqualTo(5);
        assertThat(day.cost()).isEqualByComparingTo(day.bill()).isZero();
    }

    @Test
    void refusedJobsTryTheFlexTierAgainAtNoCost() {
        SimulatedDay.Outcome day =
                SimulatedDay.of(jobs("gpt-6-luna", 20, NOON, Duration.ofHours(10)), Buy.LOWEST);

        assertThat(day.onTime()).isEqualTo(20);
        assertThat(day.refused()).isPositive();
        assertThat(day.cost()).isEqualByComparingTo("0.10").isEqualByComparingTo(day.bill());
    }

    @Test
    void jobsWaitForTheCheaperHour() {
        Duration peak = Duration.ofHours(2);

        SimulatedDay.Outcome day =
                SimulatedDay.of(jobs("deepseek-flash", 5, peak, Duration.ofHours(3)), Buy.LOWEST);

        assertThat(day.onTime()).isEqualTo(5);
        assertThat(day.cost()).isEqualByComparingTo("0.075").isEqualByComparingTo(day.bill());
    }

    @Test
    void reportNamesCostsThatDifferFromTheBill() {
        var bench = new DeadlineBench(jobs("gpt-6-luna", 2, NOON, Duration.ofHours(1)));

        bench.add("equal", outcome("0.02", "0.02"));
        assertThat(bench.report.problems()).isEmpty();

        bench.add("wrong", outcome("0.02", "0.03"));
        assertThat(bench.report.problems())
                .containsExactly("wrong: the costs are 0.02 USD, the bill 0.03");
        assertThat(bench.report.text()).contains("2.00").contains("3.00");
    }

    private static SimulatedDay.Outcome outcome(String cost, String bill) {
        return new SimulatedDay.Outcome(2, 0, 0, 0, new BigDecimal(cost), new BigDecimal(bill));
    }
}
