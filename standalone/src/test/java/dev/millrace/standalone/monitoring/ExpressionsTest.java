package dev.millrace.standalone.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.monitoring.MetricsPage.Metric;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExpressionsTest {
    private final Expressions expressions =
            new Expressions(
                    List.of(
                            new Metric("millrace_a_total", "counter", Set.of("model")),
                            new Metric("millrace_b_seconds", "summary", Set.of())),
                    List.of("model:millrace_a:rate5m"));

    @Test
    void knownNamesAndLabelsPass() {
        assertThat(
                        expressions.unknown(
                                "sum by (model) (rate(millrace_a_total{model=~\"$m\",job=\"j\"}[5m]))"
                                        + " + millrace_b_seconds_max + model:millrace_a:rate5m"))
                .isEmpty();
    }

    @Test
    void unknownNamesAreFound() {
        assertThat(expressions.unknown("millrace_a + millrace_b_seconds + model:millrace_b:rate5m"))
                .containsExactly("millrace_a", "millrace_b_seconds", "model:millrace_b:rate5m");
    }

    @Test
    void unknownLabelsAreFound() {
        assertThat(expressions.unknown("sum by (tenant) (millrace_a_total{lane=\"millrace_x\"})"))
                .containsExactly("millrace_a_total{lane}", "tenant");
    }
}
