package dev.millrace.bench.similarity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.Main;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimilarityBenchTest {
    @Test
    void eachSizeIsMeasured() {
        var bench = new SimilarityBench(List.of(50, 200), 20, 0.8f, Terminal.system());

        SimilarityFigures figures = bench.measure();

        assertThat(figures.rows()).extracting(SearchRow::entries).containsExactly(50, 200);
        assertThat(figures.rows()).allSatisfy(it -> assertThat(it.found()).isOne());
        assertThat(figures.text()).contains("all").contains("200");
        assertThat(figures.json()).contains("\"index\":\"all\",\"entries\":50,");
    }

    @Test
    void heapOfEachSizeIsMeasured() {
        var bench = new SimilarityBench(List.of(5_000), 1, 0.8f, Terminal.system());

        SimilarityFigures figures = bench.measureHeap();

        assertThat(figures.rows()).isEmpty();
        assertThat(figures.heaps())
                .singleElement()
                .satisfies(it -> assertThat(it.entries()).isEqualTo(5_000));
        assertThat(figures.text()).contains("5,000");
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        assertThat(Main.execute("similarity", "--entries", "0")).isEqualTo(ExitCode.USAGE);
        assertThat(Main.execute("similarity", "--threshold", "2")).isEqualTo(ExitCode.USAGE);
    }
}
