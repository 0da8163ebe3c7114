package dev.millrace.bench.deadlines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MarketTest {
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    private static List<DeadlineJob> jobs(int number, Duration at, Duration within) {
        Instant arrival = DeadlineLoad.BEGIN.plus(at);
        return IntStream.range(0, number)
                .mapToObj(
                        i ->
                                new DeadlineJob(
                                        i,
                                        Catalog.shipped().find("gpt-6-luna").orElseThrow(),
                                        arrival,
                                        arrival.plus(within),
                                        TokenUsage.of(1_000_000, 0),
                                        TEN_SECONDS,
                                        TEN_SECONDS))
                .toList();
    }

    @Test
    void callsOfAModelArePaced() {
        Market.Day day = Market.run(jobs(5, Duration.ZERO, Duration.ofSeconds(11)), Buyer.standard());

        assertThat(day.onTime()).as("starts after 0, 0.5 and 1 s").isEqualTo(3);
        assertThat(day.cost()).isEqualByComparingTo("0.50");
    }

    @Test
    void flexIsRefusedByTheHourAtNoCost() {
        List<DeadlineJob> noon = jobs(1_000, Duration.ofHours(12), Duration.ofDays(1));

        Market.Day day = Market.run(noon, Buyer.flexThenGiveUp());

        assertThat((double) (1_000 - day.onTime()) / 1_000).isBetween(0.17, 0.26);
        assertThat(day.cost()).isEqualByComparingTo(new BigDecimal("0.05").multiply(BigDecimal.valueOf(day.onTime())));
        assertThat(Market.run(jobs(1_000, Duration.ZERO, Duration.ofDays(1)), Buyer.flexThenGiveUp()).refused()).isZero();
    }

    @Test
    void buyerLearnsTheTimeInQueueAndCallAtItsEnd() {
        var times = new ArrayList<Duration>();
        Buyer noting =
                new Buyer() {
                    @Override
                    public Step next(DeadlineJob job, Instant now, int refusals) {
                        return new Step.Call(false);
                    }

                    @Override
                    public void onEnd(DeadlineJob job, boolean isFlex, Duration time) {
                        times.add(time);
                    }
                };

        Market.run(jobs(2, Duration.ZERO, Duration.ofDays(1)), noting);

        assertThat(times).containsExactly(TEN_SECONDS, TEN_SECONDS.plusMillis(500));
    }

    @Test
    void waitWithoutProgressIsAnError() {
        Buyer stuck = (_, now, _) -> new Buyer.Step.Wait(now);

        assertThatThrownBy(
                        () -> Market.run(jobs(1, Duration.ZERO, Duration.ofDays(1)), stuck))
                .isInstanceOf(IllegalStateException.class);
    }
}
