package dev.millrace.bench.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.figures.LatencyPercentiles;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetrievalFiguresTest {
    private static RetrievalFigures figures(List<String> problems) {
        return new RetrievalFigures(
                List.of(new IndexTimes(600, 61.2, 2_000_000_000L, 1_500_000_000L, 100_000_000L)),
                new SearchTimes(Map.of(SearchWay.WORDS, new LatencyPercentiles(1.5, 2, 4.25)), 0.9),
                new RetrievalFigures.Memory(50, 700, 12),
                new RetrievalFigures.Starts(Duration.ofMillis(3_500), Duration.ofMillis(800)),
                Optional.of(
                        new RetrievalFigures.Collections(
                                1_000, 90, 600, new CollectionsProgram.Handles(1_050, 3_000))),
                problems);
    }

    @Test
    void textAndJsonHaveRatesSharesAndPercentiles() {
        RetrievalFigures figures = figures(List.of());

        assertThat(figures.text().replaceAll(" +", " "))
                .contains("600 61 300 2.0 75.0 5.0\n", "by words 1.50 4.25\n", "kill s 0.8\n")
                .contains("1,000 small collections\n", "open files 1,050\n");
        assertThat(figures.json())
                .contains(
                        "\"passages_per_s\":300",
                        "\"embedding\":0.75",
                        "\"words\":{\"p50\":1.5,\"p99\":4.25}",
                        "\"rebuilt_s\":3.5",
                        "\"files\":1050",
                        "\"good\":true");
    }

    @Test
    void anIncompleteIndexIsAProblem() {
        RetrievalFigures figures = figures(List.of("the index has 3 passages"));

        assertThat(figures.isGood()).isFalse();
        assertThat(figures.text()).contains("wrong: the index has 3 passages");
        assertThat(figures.json()).contains("\"good\":false");
    }
}
