package dev.millrace.bench.contender;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.cluster.BenchPipeline;
import java.net.URI;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ContenderTaskTest {
    private static final BenchPipeline PIPELINE =
            new BenchPipeline("127.0.0.1:9092", "bench-0ms.", 12);

    static Stream<Work> works() {
        return Stream.of(
                Work.ofMillis(0),
                Work.ofMillis(100),
                new Work.OverHttp(URI.create("http://127.0.0.1:4711/v1")));
    }

    @ParameterizedTest
    @MethodSource("works")
    void argumentsParseToAnEqualTask(Work work) {
        var task = new ContenderTask(Contender.PARALLEL_TX, PIPELINE, work, 1_000);

        assertThat(ContenderTask.parse(task.arguments().toArray(String[]::new))).isEqualTo(task);
    }

    @Test
    void everyContenderWritesToItsOwnTopic() {
        assertThat(new ContenderTask(Contender.MILLRACE, PIPELINE, Work.ofMillis(0), 1).results())
                .isEqualTo("bench-0ms.results");
        assertThat(
                        new ContenderTask(Contender.PARALLEL_TX, PIPELINE, Work.ofMillis(0), 1)
                                .results())
                .isEqualTo("bench-0ms.results.parallel-tx");
    }
}
