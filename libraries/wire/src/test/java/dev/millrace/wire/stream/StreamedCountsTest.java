package dev.millrace.wire.stream;

import static dev.millrace.wire.stream.TestStream.assemble;
import static dev.millrace.wire.stream.TestStream.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.wire.json.JsonTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Servers report the counts of a stream in its first event, in its last one, or in parts. */
class StreamedCountsTest {
    private static JsonNode usage(Endpoint endpoint, String... events) {
        return JsonTree.parse(body(assemble(endpoint, events))).orElseThrow().path("usage");
    }

    private static JsonNode message(String start, String delta) {
        return usage(
                Endpoint.MESSAGES,
                "{\"type\":\"message_start\",\"message\":{\"usage\":%s}}".formatted(start),
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":%s}"
                        .formatted(delta),
                "{\"type\":\"message_stop\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"input_tokens\":1200,\"cache_read_input_tokens\":300,\"output_tokens\":1}"
                        + "|{\"input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":20}",
                "{\"input_tokens\":0,\"output_tokens\":0}"
                        + "|{\"input_tokens\":1200,\"cache_read_input_tokens\":300,\"output_tokens\":20}",
                "{\"input_tokens\":1200,\"cache_read_input_tokens\":300,\"output_tokens\":20}"
                        + "|{\"input_tokens\":\"0\",\"cache_read_input_tokens\":null,\"output_tokens\":0.0}",
                "{\"input_tokens\":1100,\"cache_read_input_tokens\":300}"
                        + "|{\"input_tokens\":1200,\"output_tokens\":20}"
            })
    void zeroInOneEventOfAMessageIsNoNews(String start, String delta) {
        JsonNode usage = message(start, delta);

        assertThat(usage.path("input_tokens").intValue()).isEqualTo(1_200);
        assertThat(usage.path("cache_read_input_tokens").intValue()).isEqualTo(300);
        assertThat(usage.path("output_tokens").intValue()).isEqualTo(20);
    }

    @Test
    void innerCountsOfAMessageAreKept() {
        JsonNode usage =
                message(
                        "{\"cache_creation\":{\"ephemeral_5m_input_tokens\":7,"
                                + "\"ephemeral_1h_input_tokens\":9}}",
                        "{\"cache_creation\":{\"ephemeral_5m_input_tokens\":0}}");

        assertThat(usage.path("cache_creation").path("ephemeral_5m_input_tokens").intValue())
                .isEqualTo(7);
        assertThat(usage.path("cache_creation").path("ephemeral_1h_input_tokens").intValue())
                .isEqualTo(9);
    }

    @Test
    void countsInPartsOfChunksAreJoined() {
        JsonNode usage =
                usage(
                        Endpoint.CHAT_COMPLETIONS,
                        "{\"choices\":[],\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":5}}",
                        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"A\"},"
                                + "\"finish_reason\":\"stop\"}],"
                                + "\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":20}}",
                        "{\"choices\":[],\"usage\":null}",
                        "[DONE]");

        assertThat(usage.path("prompt_tokens").intValue()).isEqualTo(100);
        assertThat(usage.path("completion_tokens").intValue()).isEqualTo(20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "\"-1\"", "\"\"", "\"unknown\"", "[]", "{}", "false"})
    void laterValueThatIsNoCountReplacesNothing(String later) {
        JsonNode usage =
                usage(
                        Endpoint.CHAT_COMPLETIONS,
                        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"A\"},"
                                + "\"finish_reason\":\"stop\"}],"
                                + "\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":20}}",
                        "{\"choices\":[],\"usage\":{\"prompt_tokens\":%1$s,\"completion_tokens\":%1$s}}"
                                .formatted(later),
                        "[DONE]");

        assertThat(usage.path("prompt_tokens").intValue()).isEqualTo(100);
        assertThat(usage.path("completion_tokens").intValue()).isEqualTo(20);
    }
}
