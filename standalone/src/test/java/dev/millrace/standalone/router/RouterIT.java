package dev.millrace.standalone.router;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouterIT {
    private static final String JOBS = Stage.TOPICS.jobs(Stage.MODEL, Lane.NORMAL);
    private static final int LARGE = 15_000_000;
    private static final int TOO_LARGE = 17_000_000;

    @TempDir Path directory;
    private Stage stage;

    @BeforeEach
    void open() {
        stage = new Stage(directory);
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Nested
    class WhenLinesOfEveryKindAreSubmitted {
        @Test
        void aLineOfFifteenMegabytesArrivesByteForByte() throws IOException {
            byte[] line =
                    Stage.line("large", Stage.MODEL, "x".repeat(LARGE)).strip().getBytes(UTF_8);

            try (var _ = stage.router(stage.state())) {
                stage.submit(line);

                assertThat(values(stage.awaitOutput(1), JOBS)).containsExactly(line);
            }
        }

        @Test
        void eachEndsOnce() throws IOException {
            String first = Stage.line("a", Stage.MODEL, "hello");
            String file =
                    first
                            + first
                            + Stage.line("a", Stage.MODEL, "other")
                            + "{\"custom_id\":\"cut"
                            + "\n\n[]\r\n"
                            + Stage.line("b", "no-such-model", "hello")
                            + "{\"custom_id\":\"c\"}\n"
                            + Stage.line("too-large", Stage.MODEL, "x".repeat(TOO_LARGE))
                            + Stage.line("z", Stage.MODEL, "after it");

            try (var _ = stage.router(stage.state())) {
                stage.submit(file);
                var output = stage.awaitOutput(9);

                assertThat(values(output, JOBS)).hasSize(2);
                assertThat(errors(output))
                        .containsExactlyInAnyOrder(
                                "b unknown_model",
                                "c malformed_request",
                                "too-large validation_error");
                assertThat(reasons(output))
                        .containsExactlyInAnyOrder(
                                "duplicate",
                                "duplicate_custom_id",
                                "malformed_request",
                                "malformed_request");
                assertThat(stage.settle())
                        .filteredOn(it -> it.topic().equals(Stage.TOPICS.costs()))
                        .hasSize(3)
                        .allMatch(it -> CostEventCodec.read(it.value()).isFinal());
            }
        }
    }

    @Nested
    class WhenRequestsHaveBeenRouted {
        @Test
        void theyAreDeletedFromTheirTopic() throws IOException {
            try (var _ = stage.router(stage.state())) {
                stage.submit(Stage.line("a", Stage.MODEL, "hello"));
                stage.awaitOutput(1);

                assertThat(stage.awaitEmptyRequests()).isOne();
            }
        }
    }

    @Nested
    class WhenATopicCannotBeWrittenTo {
        @Test
        void jobsOfOtherModelsGoOn() throws Exception {
            stage.limit(JOBS, 2_000);
            try (var _ = stage.router(stage.state())) {
                stage.limit(Stage.TOPICS.jobs(Stage.OTHER_MODEL, Lane.NORMAL), 2_000);
                stage.submit(
                        Stage.line("large", Stage.OTHER_MODEL, random(10_000))
                                + Stage.line("small", Stage.OTHER_MODEL, "hello")
                                + Stage.line("large too", Stage.MODEL, random(10_000))
                                + Stage.line("other", Stage.MODEL, "hello"));

                var output = stage.awaitOutput(4);

                assertThat(errors(output))
                        .containsExactlyInAnyOrder(
                                "large validation_error", "large too validation_error");
                assertThat(values(output, JOBS)).hasSize(1);
            }
        }

        @Test
        void aModelWhoseTopicsWereDeletedIsOutOfService() throws Exception {
            try (var _ = stage.router(stage.state())) {
                stage.delete(Stage.TOPICS.jobs(Stage.OTHER_MODEL, Lane.NORMAL));
                stage.submit(
                        Stage.line("gone", Stage.OTHER_MODEL, "hello")
                                + Stage.line("other", Stage.MODEL, "hello"));

                var output = stage.awaitOutput(2);

                assertThat(errors(output)).containsExactly("gone unknown_model");
                assertThat(values(output, JOBS)).hasSize(1);
            }
        }

        /** Text that compression makes no smaller. */
        private static String random(int chars) {
            var random = new Random(7);
            return random.ints(chars, 'a', 'z')
                    .collect(
                            StringBuilder::new,
                            StringBuilder::appendCodePoint,
                            StringBuilder::append)
                    .toString();
        }
    }

    @Nested
    class WhenARouterStartsAgain {
        @Test
        void itKnowsTheJobsOfTheOneBefore() throws IOException {
            try (var _ = stage.router(stage.state())) {
                stage.submit(Stage.line("a", Stage.MODEL, "hello"));
                stage.awaitOutput(1);
            }

            try (var _ = stage.router(stage.state())) {
                stage.submit(Stage.line("a", Stage.MODEL, "hello"));

                assertThat(reasons(stage.awaitOutput(2))).containsExactly("duplicate");
            }
        }

        @Test
        void itKnowsThemAlsoWithoutItsFiles() throws IOException {
            try (var _ = stage.router(directory.resolve("one"))) {
                stage.submit(Stage.line("a", Stage.MODEL, "hello"));
                stage.awaitOutput(1);
            }

            try (var _ = stage.router(directory.resolve("two"))) {
                stage.submit(Stage.line("a", Stage.MODEL, "hello"));

                assertThat(reasons(stage.awaitOutput(2))).containsExactly("duplicate");
            }
        }
    }

    @Nested
    class WhenARouterIsKilled {
        private static final int JOB_COUNT = 20_000;
        private static final int KILLS = 3;

        @Test
        void everyJobIsSeenOnceByACommittedReader() throws IOException, InterruptedException {
            stage.submit(
                    IntStream.range(0, JOB_COUNT)
                            .mapToObj(i -> Stage.line("job-" + i, Stage.MODEL, "hello"))
                            .collect(Collectors.joining()));

            for (int kill = 1; kill <= KILLS; kill++) {
                Process router = RouterProcess.start(stage.bootstrap(), stage.state());
                try {
                    stage.awaitOutput(kill * JOB_COUNT / (KILLS + 1));
                } finally {
                    router.destroyForcibly().waitFor();
                }
            }

            try (var _ = stage.router(stage.state())) {
                stage.awaitOutput(JOB_COUNT);
                var output = stage.settle();
                assertThat(output).hasSize(JOB_COUNT);
                assertThat(output.stream().map(it -> new String(it.key(), UTF_8)).distinct())
                        .hasSize(JOB_COUNT);
            }
        }
    }

    @Nested
    class WhenARouterIsClosed {
        @Test
        void anotherOneTakesOverAtOnce() throws IOException {
            stage.router(directory.resolve("one")).close();
            stage.submit(Stage.line("a", Stage.MODEL, "hello"));

            try (var next = stage.router(directory.resolve("two"))) {
                assertThat(values(stage.awaitOutput(1), JOBS)).hasSize(1);
                assertThat(next.health().ready()).isTrue();
            }
        }
    }

    private static List<byte[]> values(List<ConsumerRecord<byte[], byte[]>> output, String topic) {
        return output.stream()
                .filter(it -> it.topic().equals(topic))
                .map(ConsumerRecord::value)
                .toList();
    }

    private static List<String> errors(List<ConsumerRecord<byte[], byte[]>> output) {
        return values(output, Stage.TOPICS.results()).stream()
                .map(ResultView::read)
                .map(result -> result.customId() + " " + result.errorCode())
                .toList();
    }

    private static List<String> reasons(List<ConsumerRecord<byte[], byte[]>> output) {
        return output.stream()
                .filter(it -> it.topic().equals(Stage.TOPICS.deadLetters()))
                .map(it -> DeadLetter.read(it.headers()).reason())
                .toList();
    }
}
