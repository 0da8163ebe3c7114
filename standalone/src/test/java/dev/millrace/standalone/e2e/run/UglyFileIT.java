package dev.millrace.standalone.e2e.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.e2e.Batch;
import dev.millrace.standalone.e2e.Launcher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Each line of a file with oddities ends as one result or one dead letter. */
@Tag("long")
class UglyFileIT {
    private static JsonNode summary;
    private static List<JsonNode> results;

    @BeforeAll
    static void runTheFile(@TempDir Path folder) throws IOException {
        UglyFile.write(folder.resolve("ugly.jsonl"));
        summary =
                new Launcher(folder)
                        .run("run", "--simulate", "--json", "ugly.jsonl")
                        .exitsWith(3)
                        .summary();
        results = Batch.read(folder.resolve("ugly.results.jsonl"));
    }

    @Test
    void lineWithAByteOrderMarkOrCrlfOrFifteenMebibytesIsAnswered() {
        assertThat(Batch.customIds(results))
                .containsExactly("after-a-mark", "indented", "huge", "too-huge", "without-an-end");
        assertThat(results.stream().filter(line -> line.path("error").isNull()))
                .hasSize(4)
                .allSatisfy(
                        line ->
                                assertThat(line.path("response").path("status_code").intValue())
                                        .isEqualTo(200));
    }

    @Test
    void lineOverTheSizeLimitHasAValidationError() {
        JsonNode error = results.get(3).path("error");
        assertThat(error.path("code").asString()).isEqualTo("validation_error");
        assertThat(error.path("message").asString()).containsIgnoringCase("16");
    }

    @Test
    void lineWithInvalidBytesIsADeadLetter() {
        assertThat(
                        summary.path("dead_letter_lines")
                                .valueStream()
                                .map(letter -> letter.path("line").intValue()))
                .containsExactly(4, 5);
    }

    @Test
    void summaryCountsEveryNonBlankLineOnce() {
        assertThat(count("jobs")).isEqualTo(7);
        assertThat(count("succeeded")).isEqualTo(4);
        assertThat(count("failed")).isEqualTo(1);
        assertThat(count("dead_letters")).isEqualTo(2);
    }

    private static long count(String key) {
        return summary.path(key).longValue();
    }
}
