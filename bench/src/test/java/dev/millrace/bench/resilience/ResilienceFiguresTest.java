package dev.millrace.bench.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResilienceFiguresTest {
    private static ResilienceFigures figures(Optional<String> problem) {
        return new ResilienceFigures(
                List.of(
                        new StrategyRow(Strategy.NO_RETRY, 1_000, 941, 250, 600, 1_000, problem),
                        new StrategyRow(
                                Strategy.BACKOFF, 1_000, 1_000, 301, 1_500, 1_062, problem)));
    }

    @Test
    void textStatesSuccessLatencyAndOverhead() {
        assertThat(figures(Optional.empty()).text())
                .containsPattern("no retry +94\\.10 +≥ 94\\.2 not met +250 +600 +0\\.0 +1000")
                .containsPattern(
                        "backoff with jitter +100\\.00 +≥ 99\\.7 met +301 +1500 +6\\.2 +1062");
    }

    @Test
    void jsonContainsEachStrategy() {
        assertThat(figures(Optional.empty()).json())
                .contains(
                        """
                        {"name":"backoff","jobs":1000,"success":1,"mean_ms":301,"p95_ms":1500,\
                        "overhead":0.062000,"calls":1062}""")
                .endsWith("\"good\":true}");
    }

    @Test
    void missingResultMakesFiguresBad() {
        var figures = figures(Optional.of("2 of 3 jobs have a result"));

        assertThat(figures.isGood()).isFalse();
        assertThat(figures.text()).contains("PROBLEM no retry: 2 of 3 jobs have a result");
    }
}
