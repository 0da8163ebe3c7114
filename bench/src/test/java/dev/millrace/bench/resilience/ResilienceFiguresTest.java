package dev.millrace.bench.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ResilienceFiguresTest {
    private static FaultRow fault(Fault fault, Strategy strategy, int failed, OptionalLong calls) {
        return new FaultRow(
                new FaultCase(fault, strategy),
                10_000,
                failed,
                calls,
                Duration.ofMillis(31_250),
                Optional.empty());
    }

    private static ResilienceFigures figures(Optional<String> problem) {
        return new ResilienceFigures(
                List.of(
                        new StrategyRow(Strategy.NO_RETRY, 1_000, 941, 250, 600, 1_000, problem),
                        new StrategyRow(
                                Strategy.BREAKER, 1_000, 1_000, 301, 1_500, 1_062, problem)),
                List.of(fault(Fault.UNAVAILABLE, Strategy.BACKOFF, 4_700, OptionalLong.of(28_000))),
                List.of(
                        fault(Fault.WRONG_KEY, Strategy.BREAKER, 0, OptionalLong.of(12)),
                        fault(Fault.UNREACHABLE, Strategy.BREAKER, 0, OptionalLong.empty())));
    }

    @Test
    void textStatesSuccessLatencyAndOverhead() {
        assertThat(figures(Optional.empty()).text())
                .containsPattern("no retry +94\\.10 +≥ 94\\.2 not met +250 +600 +0\\.0 +1000")
                .containsPattern(
                        "breaker \\+ backoff +100\\.00 +≥ 99\\.9 met +301 +1500 +6\\.2 +1062");
    }

    @Test
    void textStatesFailedJobsAndCallsOfEachFault() {
        assertThat(figures(Optional.empty()).text())
                .containsPattern("backoff with jitter +10000 +4700 +0 not met +28000 +31\\.3")
                .containsPattern("wrong key +10000 +0 +0 met +12 +31\\.3")
                .containsPattern("no connection +10000 +0 +0 met +- +31\\.3");
    }

    @Test
    void jsonContainsEachRow() {
        assertThat(figures(Optional.empty()).json())
                .contains(
                        """
                        {"name":"breaker","jobs":1000,"success":1,"mean_ms":301,"p95_ms":1500,\
                        "overhead":0.062000,"calls":1062}""")
                .contains(
                        """
                        {"fault":"wrong-key","strategy":"breaker","jobs":10000,"failed":0,"calls":12,\
                        "after_repair_s":31.25}""")
                .endsWith("\"problems\":[],\"good\":true}");
    }

    @Test
    void missingResultMakesFiguresBad() {
        var figures = figures(Optional.of("2 of 3 jobs have a result"));

        assertThat(figures.isGood()).isFalse();
        assertThat(figures.text()).contains("PROBLEM no retry: 2 of 3 jobs have a result");
    }
}
