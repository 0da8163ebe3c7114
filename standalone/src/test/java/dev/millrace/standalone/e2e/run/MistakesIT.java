package dev.millrace.standalone.e2e.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.data.AnswerSource;
import dev.millrace.standalone.e2e.Batch;
import dev.millrace.standalone.e2e.Finished;
import dev.millrace.standalone.e2e.Launcher;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A run of {@code mistakes.jsonl}, which has every kind of invalid line among a few valid lines.
 */
class MistakesIT {
    private static Launcher launcher;
    private static JsonNode summary;
    private static List<JsonNode> results;

    @BeforeAll
    static void runTheExample(@TempDir Path folder) {
        launcher = new Launcher(folder);
        summary =
                launcher.run(
                                "run",
                                "--simulate",
                                "--json",
                                "--output",
                                "out.jsonl",
                                Launcher.example("mistakes.jsonl"))
                        .exitsWith(3)
                        .summary();
        results = Batch.read(folder.resolve("out.jsonl"));
    }

    @Test
    void everyLineWithAUniqueCustomIdHasOneResult() {
        assertThat(Batch.customIds(results))
                .containsExactly(
                        "good",
                        "repeated",
                        "unknown-model",
                        "no-model",
                        "no-body",
                        "body-is-text",
                        "wrong-url",
                        "wrong-method",
                        "streamed",
                        "wrong-options",
                        "good-too");
    }

    @Test
    void validLinesAreAnsweredAndInvalidLinesHaveAnError() {
        assertThat(results.stream().map(MistakesIT::outcome))
                .containsExactly(
                        "200",
                        "200",
                        "unknown_model",
                        "malformed_request",
                        "malformed_request",
                        "malformed_request",
                        "malformed_request",
                        "malformed_request",
                        "malformed_request",
                        "malformed_request",
                        "200");
    }

    @Test
    void everyOtherLineIsADeadLetter() {
        assertThat(
                        summary.path("dead_letter_lines")
                                .valueStream()
                                .map(
                                        letter ->
                                                letter.path("line")
                                                        + " "
                                                        + letter.path("reason").asString()))
                .containsExactly(
                        "2 malformed_request",
                        "3 malformed_request",
                        "4 malformed_request",
                        "5 malformed_request",
                        "6 malformed_request",
                        "7 malformed_request",
                        "10 duplicate",
                        "11 duplicate_custom_id");
    }

    @Test
    void summaryCountsEveryLineOnce() {
        assertThat(count("jobs")).isEqualTo(19);
        assertThat(count("succeeded")).isEqualTo(3);
        assertThat(count("failed")).isEqualTo(8);
        assertThat(count("dead_letters")).isEqualTo(8);
        assertThat(summary.path("by_error"))
                .isEqualTo(
                        Batch.JSON.readTree(
                                """
                                {"duplicate":1,"duplicate_custom_id":1,"malformed_request":13,"unknown_model":1}
                                """));
    }

    private static long count(String key) {
        return summary.path(key).longValue();
    }

    private static String outcome(JsonNode result) {
        return result.path("error").isNull()
                ? result.path("response").path("status_code").asString()
                : result.path("error").path("code").asString();
    }

    @Test
    void theResultsCommandPrintsTheResultsAgain() {
        assertThat(stored("results", "mistakes.jsonl")).isEqualTo(results);
        assertThat(stored("results", "mistakes.jsonl", "--failed"))
                .isEqualTo(results.stream().filter(it -> it.get("response").isNull()).toList());
    }

    private static List<JsonNode> stored(Object... command) {
        return simulated(command).exitsWith(0).out().lines().map(Batch.JSON::readTree).toList();
    }

    /** Runs a command on the data directory of simulated answers. */
    private static Finished simulated(Object... command) {
        return launcher.run(
                Stream.concat(
                                Stream.of(command),
                                Stream.of("--data-dir", AnswerSource.SIMULATOR.directory()))
                        .toArray());
    }

    @Test
    void anUnknownBatchIsNamed() {
        assertThat(simulated("results", "mistakes").exitsWith(2).err())
                .contains("There is no batch \"mistakes\" of tenant \"default\"")
                .contains("; similar names: mistakes.jsonl");
    }

    @Test
    void deadLettersAreListedWithTheirRecords() throws IOException {
        List<JsonNode> letters = stored("dead-letters", "list", "--json");
        List<String> input = Files.readAllLines(Launcher.example("mistakes.jsonl"));

        assertThat(letters).hasSize((int) count("dead_letters"));
        assertThat(letters)
                .allSatisfy(
                        it ->
                                assertThat(it.get("value").asString())
                                        .isEqualTo(input.get(it.get("line").asInt() - 1)));
        assertThat(stored("dead-letters", "list", "--json", "--reason", "duplicate"))
                .isEqualTo(
                        letters.stream()
                                .filter(it -> it.get("reason").asString().equals("duplicate"))
                                .toList());
    }

    @Test
    void aDeadLetterIsShownByItsId() {
        JsonNode letter = stored("dead-letters", "list", "--json", "--limit", "1").getFirst();
        String id = letter.get("id").asString();

        assertThat(stored("dead-letters", "show", id, "--json")).containsExactly(letter);
        assertThat(simulated("dead-letters", "show", id).exitsWith(0).out())
                .contains(letter.get("message").asString());
        assertThat(simulated("dead-letters", "show", "9-999999").exitsWith(2).err())
                .contains("There is no dead letter 9-999999");
    }

    @Test
    void costsAddUpToTheSummary() {
        List<JsonNode> costs = stored("costs", "--by", "model", "--json");

        assertThat(
                        costs.stream()
                                .map(it -> it.get("cost_usd").decimalValue())
                                .reduce(BigDecimal.ZERO, BigDecimal::add))
                .isEqualByComparingTo(summary.get("cost_usd").decimalValue());
        assertThat(costs.stream().mapToLong(it -> it.get("jobs").longValue()).sum())
                .isEqualTo(count("succeeded") + count("failed"));
        assertThat(launcher.run("costs", "--by", "colour").exitsWith(2).err())
                .contains("--by must name any of tenant, model");
    }
}
