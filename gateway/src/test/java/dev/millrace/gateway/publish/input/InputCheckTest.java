package dev.millrace.gateway.publish.input;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.gateway.submission.BatchFacts.Checked;
import dev.millrace.gateway.submission.LineError;
import dev.millrace.gateway.submission.Submission;
import dev.millrace.producer.BatchFileReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InputCheckTest {
    private static final int MAX_LINE_BYTES = 1_000;

    private static Submission submission() {
        Instant now = Instant.parse("2026-11-20T08:00:00Z");
        return new Submission(
                "batch_0",
                "acme",
                new Submission.InputFile("file-0", Optional.empty()),
                Endpoint.CHAT_COMPLETIONS,
                "24h",
                Map.of(),
                now,
                now.plusSeconds(86_400),
                Submission.Spending.NONE,
                Optional.empty(),
                "ada",
                Optional.empty());
    }

    private static String line(String customId) {
        return "{\"custom_id\":\""
                + customId
                + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\","
                + "\"body\":{\"model\":\"gpt-4.1\",\"messages\":[]}}";
    }

    private static Checked check(String... lines) throws IOException {
        var check = new InputCheck(submission(), MAX_LINE_BYTES);
        var source = source(String.join("\n", lines));
        Optional<Checked> result = check.check(source, 1, Instant.EPOCH);
        while (result.isEmpty()) {
            result = check.check(source, 1, Instant.EPOCH);
        }
        return result.get();
    }

    private static LineSource source(String text) {
        return LineSource.of(
                new BatchFileReader(
                        new ByteArrayInputStream(text.getBytes(UTF_8)), MAX_LINE_BYTES));
    }

    private static LineError only(String... lines) throws IOException {
        Checked result = check(lines);
        assertThat(result.errors()).hasSize(1);
        return result.errors().getFirst();
    }

    @Test
    void correctLinesAreCounted() throws IOException {
        Checked result = check(line("1"), "", line("2"), " ");

        assertThat(result.lines()).isEqualTo(2);
        assertThat(result.errors()).isEmpty();
    }

    @Test
    void repeatedCustomIdIsNamedWithItsLine() throws IOException {
        LineError error = only(line("1"), "", line("2"), line("1"));

        assertThat(error.line()).contains(4L);
        assertThat(error.code()).isEqualTo("duplicate_custom_id");
        assertThat(error.param()).contains("custom_id");
        assertThat(error.message()).contains("\"1\"");
    }

    @Test
    void everyKindOfErrorHasItsCode() throws IOException {
        assertThat(only("nonsense").code()).isEqualTo("invalid_json_line");
        assertThat(only("{}").code()).isEqualTo("missing_required_parameter");
        assertThat(only(line("1").replace("POST", "GET")).code()).isEqualTo("invalid_method");
        assertThat(only(line("1").replace("chat/completions", "x")).code())
                .isEqualTo("invalid_url");
        assertThat(only(line("1").replace("/v1/chat/completions", "/v1/embeddings")).code())
                .isEqualTo("mismatched_endpoint");
        assertThat(only(line("1").replace("\"gpt-4.1\"", "7")).code()).isEqualTo("invalid_request");
        assertThat(only(line("x".repeat(2_000))).code()).isEqualTo("line_too_large");
    }

    @Test
    void lineMustBeSmallEnoughWithTheDeadlineOfTheBatch() throws IOException {
        int room = MAX_LINE_BYTES - line("1").length();
        int deadline = ",\"millrace\":{\"deadline\":\"2026-11-21T08:00:00Z\"}".length();

        assertThat(check(lineWithBody(room - deadline)).errors()).isEmpty();
        assertThat(only(lineWithBody(room - deadline + 1)).message())
                .isEqualTo(
                        "with the deadline of the batch, the line has 1,001 bytes, more than"
                                + " topics.max_request_bytes = 1,000");
    }

    private static String lineWithBody(int more) {
        String text = "\"user\":\"" + "x".repeat(more - "\"user\":\"\",".length()) + "\",";
        return line("1").replace("\"messages\"", text + "\"messages\"");
    }

    @Test
    void lineOfAnotherTenantIsAnError() throws IOException {
        String own = line("1").replaceFirst("^\\{", "{\"millrace\":{\"tenant\":\"acme\"},");

        assertThat(check(own).errors()).isEmpty();
        assertThat(only(own.replace("acme", "other")).code()).isEqualTo("invalid_tenant");
    }

    @Test
    void emptyFileIsAnErrorWithoutALine() throws IOException {
        LineError error = only("", "\n");

        assertThat(error.code()).isEqualTo("empty_file");
        assertThat(error.line()).isEmpty();
    }

    @Test
    void checkEndsAfterManyErrors() throws IOException {
        String[] lines = IntStream.range(0, 500).mapToObj(_ -> "x").toArray(String[]::new);

        assertThat(check(lines).errors()).hasSize(InputCheck.MAX_ERRORS);
    }
}
