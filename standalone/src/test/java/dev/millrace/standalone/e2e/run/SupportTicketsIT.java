package dev.millrace.standalone.e2e.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.simulator.answer.AnswerGenerator;
import dev.millrace.standalone.e2e.Batch;
import dev.millrace.standalone.e2e.Finished;
import dev.millrace.standalone.e2e.Launcher;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The first command of the README, run twice. */
class SupportTicketsIT {
    private static final Path INPUT = Launcher.example("support-tickets.jsonl");
    private static final List<JsonNode> JOBS = Batch.read(INPUT);

    /**
     * The outcome of one run.
     *
     * @param output content of the results file
     */
    private record Run(JsonNode summary, List<JsonNode> results, String output) {}

    private static Run first;
    private static Run second;

    @BeforeAll
    static void runTwice(@TempDir Path folder) throws IOException {
        first = run(folder);
        second = run(folder);
    }

    private static Run run(Path folder) throws IOException {
        Finished finished = new Launcher(folder).run("run", "--simulate", "--json", INPUT);
        Path output = folder.resolve("support-tickets.results.jsonl");
        return new Run(
                finished.exitsWith(0).summary(), Batch.read(output), Files.readString(output));
    }

    @Nested
    class FirstRun {
        @Test
        void everyJobSucceeds() {
            assertThat(count(first, "jobs")).isEqualTo(200);
            assertThat(count(first, "succeeded")).isEqualTo(200);
            assertThat(count(first, "failed")).isZero();
            assertThat(count(first, "dead_letters")).isZero();
            assertThat(count(first, "reused")).isZero();
            assertThat(first.summary().path("by_error")).isEmpty();
        }

        @Test
        void resultsAreInInputOrder() {
            assertThat(Batch.customIds(first.results()))
                    .containsExactlyElementsOf(Batch.customIds(JOBS));
        }

        @Test
        void eachJobHasTheAnswerToItsOwnPrompt() {
            assertThat(IntStream.range(0, JOBS.size()))
                    .allSatisfy(
                            i ->
                                    assertThat(answer(first.results().get(i)))
                                            .isEqualTo(expectedAnswer(JOBS.get(i))));
        }

        @Test
        void eachJobIsAnsweredByTheModelThatItNames() {
            assertThat(IntStream.range(0, JOBS.size()))
                    .allSatisfy(
                            i -> {
                                String asked = JOBS.get(i).path("body").path("model").asString();
                                String done = millrace(first.results().get(i), "model").asString();
                                assertThat(Catalog.shipped().find(done).map(Model::name))
                                        .contains(done);
                                assertThat(asked.equals("auto") || names(asked).contains(done))
                                        .as("%s for %s", done, asked)
                                        .isTrue();
                            });
        }

        @Test
        void jobsByModelEqualTheOutputInTheReadme() throws IOException {
            Map<String, Long> jobs =
                    first.summary()
                            .path("by_model")
                            .valueStream()
                            .collect(
                                    Collectors.toMap(
                                            model -> model.path("model").asString(),
                                            model -> model.path("jobs").longValue()));

            assertThat(jobs).isEqualTo(readme());
        }

        /** Returns the jobs by model in the README's example output. */
        private static Map<String, Long> readme() throws IOException {
            String shown = Files.readString(Launcher.page("README.md"));
            shown = shown.substring(shown.indexOf(" jobs   failed "));
            shown = shown.substring(0, shown.indexOf("```"));
            return shown.lines()
                    .skip(1)
                    .map(row -> row.strip().split("\\s+"))
                    .collect(Collectors.toMap(row -> row[0], row -> Long.valueOf(row[1])));
        }

        @Test
        void metadataIsReturnedWithTheResult() {
            assertThat(IntStream.range(0, JOBS.size()))
                    .allSatisfy(
                            i ->
                                    assertThat(millrace(first.results().get(i), "metadata"))
                                            .isEqualTo(millrace(JOBS.get(i), "metadata")));
        }

        @Test
        void totalsEqualTheSumsExactly() {
            BigDecimal total = first.summary().path("cost_usd").decimalValue();
            assertThat(total).isPositive().isEqualByComparingTo(Batch.costUsd(first.results()));
            assertThat(sumOverModels("cost_usd")).isEqualByComparingTo(total);
            assertThat(sumOverModels("jobs")).isEqualByComparingTo("200");
            for (String tokens : List.of("input_tokens", "output_tokens")) {
                assertThat(sumOverModels(tokens))
                        .isPositive()
                        .isEqualByComparingTo(first.summary().path(tokens).decimalValue());
            }
        }

        private BigDecimal sumOverModels(String key) {
            return first.summary()
                    .path("by_model")
                    .valueStream()
                    .map(model -> model.path(key).decimalValue())
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
        }
    }

    @Nested
    class SecondRun {
        @Test
        void everyResultIsReusedWithoutCost() {
            assertThat(count(second, "jobs")).isEqualTo(200);
            assertThat(count(second, "succeeded")).isEqualTo(200);
            assertThat(count(second, "reused")).isEqualTo(200);
            assertThat(second.summary().path("cost_usd").decimalValue()).isZero();
        }

        @Test
        void outputIsIdentical() {
            assertThat(second.output()).isEqualTo(first.output());
        }
    }

    private static long count(Run run, String key) {
        return run.summary().path(key).longValue();
    }

    private static JsonNode millrace(JsonNode line, String key) {
        return line.path("millrace").path(key);
    }

    private static List<String> names(String nameOrAlias) {
        return Catalog.shipped().find(nameOrAlias).stream().map(Model::name).toList();
    }

    private static String answer(JsonNode result) {
        JsonNode body = result.path("response").path("body");
        return body.has("choices")
                ? body.path("choices").path(0).path("message").path("content").asString()
                : body.path("output").path(0).path("content").path(0).path("text").asString();
    }

    private static String expectedAnswer(JsonNode job) {
        byte[] body = Batch.JSON.writeValueAsBytes(job.path("body"));
        return AnswerGenerator.expected(job.path("url").asString(), body).text();
    }
}
