package dev.millrace.bench.contender;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.cluster.Pipeline;
import java.net.URI;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TaskTest {
    private static final Pipeline PIPELINE = new Pipeline("127.0.0.1:9092", "bench-0ms.", 12);

    static Stream<Work> works() {
        return Stream.of(
                Work.ofMillis(0),
                Work.ofMillis(100),
                new Work.OverHttp(URI.create("http://127.0.0.1:4711/v1")));
    }

    @ParameterizedTest
    @MethodSource("works")
    void isTheSameOnTheOtherSide(Work work) {
        var task = new Task(Kind.PARALLEL_TX, PIPELINE, work, 1_000);

        assertThat(Task.parse(task.arguments())).isEqualTo(task);
    }

    @ParameterizedTest
    @EnumSource
    void everyKindHasAWordOfItsOwn(Kind kind) {
        assertThat(Kind.of(kind.word())).contains(kind);
    }

    @Test
    void millraceWritesToItsResultsAndEveryOtherToItsOwn() {
        assertThat(new Task(Kind.MILLRACE, PIPELINE, Work.ofMillis(0), 1).results())
                .isEqualTo("bench-0ms.results");
        assertThat(new Task(Kind.PARALLEL_TX, PIPELINE, Work.ofMillis(0), 1).results())
                .isEqualTo("bench-0ms.results.parallel-tx");
    }
}
