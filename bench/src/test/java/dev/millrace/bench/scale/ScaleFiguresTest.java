package dev.millrace.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScaleFiguresTest {
    private static ScaleFigures figures(Optional<String> problem) {
        return new ScaleFigures(List.of(new ScaleRow("one worker", 0.0625, 0.9375, problem)));
    }

    @Test
    void textStatesWhichTargetIsMet() {
        assertThat(figures(Optional.empty()).text())
                .containsPattern("one worker +6\\.3 +< 10 met +93\\.8 +≥ 95 not met");
    }

    @Test
    void jsonContainsFiguresAndMetTargets() {
        assertThat(figures(Optional.empty()).json())
                .isEqualTo(
                        """
                        {"workers":[{"name":"one worker","largest_difference":0.0625,\
                        "slots_in_use":0.9375,"even":true,"used":false}],"good":true}""");
    }

    @Test
    void missingResultMakesFiguresBad() {
        var figures = figures(Optional.of("2 of 3 jobs have a result"));

        assertThat(figures.isGood()).isFalse();
        assertThat(figures.text()).contains("PROBLEM one worker: 2 of 3 jobs have a result");
        assertThat(figures.json()).contains("\"problem\":\"2 of 3 jobs", "\"good\":false");
    }
}
