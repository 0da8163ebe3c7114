package dev.millrace.bench.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class QuotaFiguresTest {
    private static final UseRow ROW =
            new UseRow("4", Duration.ofSeconds(60), 2_970, 3, 3_000, OptionalDouble.of(0.254));

    private static QuotaFigures figures(List<String> problems) {
        return new QuotaFigures(
                List.of(ROW),
                List.of(
                        new LimitSearch(
                                "by headers", Optional.of(Duration.ofMillis(2_500)), 7, ROW),
                        new LimitSearch("by 429s alone", Optional.empty(), 900, ROW)),
                List.of(
                        new UseRow(
                                "200",
                                Duration.ofSeconds(4),
                                190,
                                0,
                                3_000,
                                OptionalDouble.empty())),
                List.of(
                        new UseRow(
                                "2",
                                Duration.ofSeconds(60),
                                2_910,
                                0,
                                3_000,
                                OptionalDouble.empty())),
                problems);
    }

    @Test
    void textStatesWhichTargetIsMet() {
        assertThat(figures(List.of()).text())
                .containsPattern(
                        "4 +60\\.0 +2970 +99\\.00 +≥ 98 met +3 +0\\.10 +≤ 0\\.1 not met +25\\.40")
                .containsPattern("by headers +2\\.5 +≤ 60 met +7 +99\\.00 +≥ 98 met")
                .containsPattern("by 429s alone +not found +≤ 60 not met +900")
                .containsPattern("200 +4\\.0 +190 +95\\.00 +≥ 97 not met +0 +0\\.00 +≤ 0\\.1 met")
                .containsPattern("2 +60\\.0 +2910 +97\\.00 +≥ 98 not met");
    }

    @Test
    void jsonContainsAllParts() {
        assertThat(figures(List.of()).json())
                .isEqualTo(
                        """
                        {"workers":[{"name":"4","seconds":60,"answered":2970,"throttled":3,"use":0.99000,"stolen":0.25400}],\
                        "searches":[{"name":"by headers","found_s":2.5,"throttled":7,\
                        "after":{"name":"4","seconds":60,"answered":2970,"throttled":3,"use":0.99000,"stolen":0.25400}},\
                        {"name":"by 429s alone","found_s":null,"throttled":900,\
                        "after":{"name":"4","seconds":60,"answered":2970,"throttled":3,"use":0.99000,"stolen":0.25400}}],\
                        "batches":[{"name":"200","seconds":4,"answered":190,"throttled":0,"use":0.95000}],\
                        "models":[{"name":"2","seconds":60,"answered":2910,"throttled":0,"use":0.97000}],\
                        "problems":[],"good":true}""");
    }

    @Test
    void problemMakesFiguresBad() {
        var figures = figures(List.of("workers: 2 jobs were billed twice"));

        assertThat(figures.isGood()).isFalse();
        assertThat(figures.text()).contains("PROBLEM workers: 2 jobs were billed twice");
    }
}
