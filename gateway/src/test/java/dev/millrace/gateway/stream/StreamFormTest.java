package dev.millrace.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.chunk.Chunk.Outcome;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.stream.ClientStream.Ending;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The events that clients get, by API. */
class StreamFormTest {
    private final ApiError error =
            ApiError.of(ErrorKind.TIMEOUT, "timeout", "the provider was too slow");

    @Test
    void embeddingsAreNeverStreamed() {
        assertThatThrownBy(() -> new StreamTrial(Endpoint.EMBEDDINGS, false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Nested
    class ChatCompletions {
        private static final String USAGE =
                "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,\"total_tokens\":7}";
        private static final String USAGE_CHUNK = "{\"id\":\"c\",\"choices\":[]," + USAGE + "}";
        private static final String HEAD =
                "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":7,\"model\":\"m\",";
        private static final String TOOLS =
                HEAD
                        + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,"
                        + "\"tool_calls\":[{\"id\":\"t1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
                        + "\"arguments\":\"{\\\"a\\\":1}\"}}]},\"logprobs\":null,\"finish_reason\":\"tool_calls\"}],"
                        + USAGE
                        + "}";

        @Test
        void wholeAnswerBecomesChunks() throws Exception {
            var trial = new StreamTrial(Endpoint.CHAT_COMPLETIONS, true).answered(0, TOOLS);

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            String head =
                    "data: {\"id\":\"c\",\"created\":7,\"model\":\"m\",\"object\":\"chat.completion.chunk\",";
            assertThat(trial.received())
                    .containsExactly(
                            head
                                    + "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null,"
                                    + "\"tool_calls\":[{\"index\":0,\"id\":\"t1\",\"type\":\"function\","
                                    + "\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}]},"
                                    + "\"logprobs\":null,\"finish_reason\":null}]}",
                            head
                                    + "\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,"
                                    + "\"finish_reason\":\"tool_calls\"}]}",
                            head + "\"choices\":[]," + USAGE + "}",
                            "data: [DONE]");
        }

        @Test
        void sourcesFollowTheAnswerInAChunkOfTheirOwn() throws Exception {
            String sources =
                    ",\"millrace\":{\"retrieval\":{\"collection\":\"c\",\"passages\":[]}}}";
            String answer = TOOLS.replaceFirst("}$", sources.replace("{", "\\{"));
            var whole = new StreamTrial(Endpoint.CHAT_COMPLETIONS, false).answered(0, answer);
            var streamed =
                    new StreamTrial(Endpoint.CHAT_COMPLETIONS, false)
                            .events("{\"choices\":[]}", "[DONE]")
                            .ended(Outcome.COMPLETE)
                            .answered(1, answer);

            for (var trial : List.of(whole, streamed)) {
                assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
                assertThat(trial.received())
                        .filteredOn(it -> it.contains("millrace"))
                        .containsExactly(
                                "data: {\"id\":\"c\",\"created\":7,\"model\":\"m\",\"object\":\"chat.completion.chunk\","
                                        + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":null}]"
                                        + sources);
                assertThat(trial.received().getLast()).isEqualTo("data: [DONE]");
            }
        }

        @Test
        void restOfAToolCallFollowsItsBeginning() throws Exception {
            var trial =
                    new StreamTrial(Endpoint.CHAT_COMPLETIONS, false)
                            .events(
                                    "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"tool_calls\":[{\"index\":0,"
                                            + "\"id\":\"t1\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\"}}]}}]}")
                            .ended(Outcome.INCOMPLETE)
                            .answered(1, TOOLS);

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            assertThat(trial.received().get(1))
                    .contains(
                            "\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"\\\":1}\"}}]}");
        }

        @Test
        void usageIsPassedOnToClientsThatAskForIt() throws Exception {
            var trial =
                    new StreamTrial(Endpoint.CHAT_COMPLETIONS, true)
                            .events(USAGE_CHUNK, "[DONE]")
                            .ended(Outcome.COMPLETE)
                            .answered(1, TOOLS);

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            assertThat(trial.received()).containsExactly("data: " + USAGE_CHUNK, "data: [DONE]");
        }

        @Test
        void usageIsKeptFromOtherClients() throws Exception {
            var trial =
                    new StreamTrial(Endpoint.CHAT_COMPLETIONS, false)
                            .events("{\"choices\":[]}", USAGE_CHUNK, "[DONE]")
                            .ended(Outcome.COMPLETE)
                            .answered(1, TOOLS);

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            assertThat(trial.received()).containsExactly("data: {\"choices\":[]}", "data: [DONE]");
        }

        @Test
        void errorHasTheFormOfAResponse() throws Exception {
            var trial =
                    new StreamTrial(Endpoint.CHAT_COMPLETIONS, false)
                            .events("{}")
                            .unanswered(error);

            assertThat(trial.run()).isEqualTo(Ending.BROKEN_OFF);
            assertThat(trial.received().getLast())
                    .isEqualTo(
                            "data: {\"error\":{\"message\":\"the provider was too slow\","
                                    + "\"type\":\"server_error\",\"param\":null,\"code\":\"timeout\"}}");
        }
    }

    @Nested
    class Completions {
        private static final String BODY =
                "{\"id\":\"c\",\"object\":\"text_completion\",\"choices\":[{\"text\":\"Hello\",\"index\":0,"
                        + "\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"total_tokens\":7}}";

        @Test
        void wholeAnswerBecomesChunks() throws Exception {
            var trial = new StreamTrial(Endpoint.COMPLETIONS, true).answered(0, BODY);

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            assertThat(trial.received())
                    .containsExactly(
                            "data: {\"id\":\"c\",\"object\":\"text_completion\",\"choices\":[{\"text\":\"Hello\","
                                    + "\"index\":0,\"logprobs\":null,\"finish_reason\":\"stop\"}]}",
                            "data: {\"id\":\"c\",\"object\":\"text_completion\",\"usage\":{\"total_tokens\":7},"
                                    + "\"choices\":[]}",
                            "data: [DONE]");
        }

        @Test
        void restFollowsTheBeginning() throws Exception {
            var trial =
                    new StreamTrial(Endpoint.COMPLETIONS, false)
                            .events("{\"choices\":[{\"text\":\"Hel\",\"index\":0}]}")
                            .ended(Outcome.INCOMPLETE)
                            .answered(1, BODY);

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            assertThat(trial.received().get(1)).contains("\"text\":\"lo\"");
            assertThat(trial.received()).hasSize(3);
        }
    }

    @Nested
    class Responses {
        private static final String ITEMS =
                "\"output\":[{\"id\":\"m1\",\"type\":\"message\",\"status\":\"completed\",\"role\":\"assistant\","
                        + "\"content\":[{\"type\":\"output_text\",\"text\":\"Hi\",\"annotations\":[]}]},"
                        + "{\"id\":\"f1\",\"type\":\"function_call\",\"status\":\"completed\",\"call_id\":\"x\","
                        + "\"name\":\"f\",\"arguments\":\"{}\"}]";
        private static final String BODY =
                "{\"id\":\"r1\",\"status\":\"completed\","
                        + ITEMS
                        + ",\"usage\":{\"total_tokens\":7}}";

        @Test
        void wholeAnswerBecomesNamedEvents() throws Exception {
            var trial = new StreamTrial(Endpoint.RESPONSES, false).answered(0, BODY);

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            assertThat(trial.received().stream().map(it -> it.lines().findFirst().orElseThrow()))
                    .containsExactly(
                            "event: response.created",
                            "event: response.in_progress",
                            "event: response.output_item.added",
                            "event: response.content_part.added",
                            "event: response.output_text.delta",
                            "event: response.output_text.done",
                            "event: response.content_part.done",
                            "event: response.output_item.done",
                            "event: response.output_item.added",
                            "event: response.function_call_arguments.delta",
                            "event: response.function_call_arguments.done",
                            "event: response.output_item.done",
                            "event: response.completed");
            assertThat(trial.received().get(4))
                    .endsWith(
                            "data: {\"type\":\"response.output_text.delta\",\"sequence_number\":4,\"item_id\":\"m1\","
                                    + "\"output_index\":0,\"content_index\":0,\"delta\":\"Hi\"}");
            assertThat(trial.received().getLast())
                    .endsWith("\"sequence_number\":12,\"response\":" + BODY + "}");
        }

        @ParameterizedTest
        @ValueSource(strings = {"response.completed", "response.incomplete", "response.failed"})
        void lastEventWaitsForTheResult(String last) throws Exception {
            String data = "{\"type\":\"" + last + "\",\"sequence_number\":1}";
            var trial =
                    new StreamTrial(Endpoint.RESPONSES, false)
                            .named(
                                    "response.created",
                                    "{\"type\":\"response.created\",\"sequence_number\":0}")
                            .named(last, data)
                            .ended(Outcome.FAILED);

            assertThat(trial.run()).isEqualTo(Ending.BROKEN_OFF);
            assertThat(trial.text()).doesNotContain(last);
            assertThat(trial.received().getLast())
                    .startsWith("event: error\ndata: {\"type\":\"error\",\"sequence_number\":1,");
        }

        /** Some providers leave the output of the last event empty. */
        @Test
        void lastEventHasTheOutputOfTheResult() throws Exception {
            var trial =
                    new StreamTrial(Endpoint.RESPONSES, false)
                            .named(
                                    "response.created",
                                    "{\"type\":\"response.created\",\"sequence_number\":0}")
                            .named(
                                    "response.completed",
                                    "{\"type\":\"response.completed\",\"response\":{\"output\":[]}}")
                            .ended(Outcome.COMPLETE)
                            .answered(1, BODY);

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            assertThat(trial.received().getLast()).endsWith("\"response\":" + BODY + "}");
        }

        @Test
        void resultCompletesAStreamWithoutItsRest() throws Exception {
            var trial =
                    new StreamTrial(Endpoint.RESPONSES, false)
                            .named(
                                    "response.created",
                                    "{\"type\":\"response.created\",\"sequence_number\":0}")
                            .ended(Outcome.INCOMPLETE)
                            .answered(1, BODY);

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            assertThat(trial.received()).hasSize(2);
            assertThat(trial.received().getLast())
                    .startsWith(
                            "event: response.completed\ndata: {\"type\":\"response.completed\",\"sequence_number\":1,");
        }
    }

    @Nested
    class Messages {
        private static final String BODY =
                "{\"id\":\"m1\",\"type\":\"message\",\"role\":\"assistant\",\"content\":["
                        + "{\"type\":\"thinking\",\"thinking\":\"Hm\",\"signature\":\"s\"},"
                        + "{\"type\":\"text\",\"text\":\"Hello\"},"
                        + "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{\"a\":1}}],"
                        + "\"stop_reason\":\"tool_use\",\"stop_sequence\":null,"
                        + "\"usage\":{\"input_tokens\":5,\"output_tokens\":9}}";
        private static final String START = "{\"type\":\"message_start\",\"message\":{}}";

        private static String delta(int index, String delta) {
            return "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":"
                    + index
                    + ",\"delta\":{"
                    + delta
                    + "}}";
        }

        private static String blockStart(int index, String block) {
            return "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":"
                    + index
                    + ",\"content_block\":{"
                    + block
                    + "}}";
        }

        private static String blockStop(int index) {
            return "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":"
                    + index
                    + "}";
        }

        @Test
        void wholeAnswerBecomesNamedEvents() throws Exception {
            var trial = new StreamTrial(Endpoint.MESSAGES, false).answered(0, BODY);

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            assertThat(trial.received())
                    .containsExactly(
                            "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m1\","
                                    + "\"type\":\"message\",\"role\":\"assistant\","
                                    + "\"usage\":{\"input_tokens\":5,\"output_tokens\":0},"
                                    + "\"content\":[],\"stop_reason\":null,\"stop_sequence\":null}}",
                            blockStart(
                                    0,
                                    "\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\""),
                            delta(0, "\"type\":\"thinking_delta\",\"thinking\":\"Hm\""),
                            delta(0, "\"type\":\"signature_delta\",\"signature\":\"s\""),
                            blockStop(0),
                            blockStart(1, "\"type\":\"text\",\"text\":\"\""),
                            delta(1, "\"type\":\"text_delta\",\"text\":\"Hello\""),
                            blockStop(1),
                            blockStart(
                                    2,
                                    "\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{}"),
                            delta(
                                    2,
                                    "\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\\\":1}\""),
                            blockStop(2),
                            "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":"
                                    + "{\"stop_reason\":\"tool_use\",\"stop_sequence\":null},"
                                    + "\"usage\":{\"input_tokens\":5,\"output_tokens\":9}}",
                            "event: message_stop\ndata: {\"type\":\"message_stop\"}");
        }

        private StreamTrial inTheMiddle(String index, String type, String delta) {
            return new StreamTrial(Endpoint.MESSAGES, false)
                    .named("message_start", START)
                    .named("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":0}")
                    .named(
                            "content_block_start",
                            "{\"type\":\"content_block_start\",\"index\":"
                                    + index
                                    + ",\"content_block\":{\"type\":\""
                                    + type
                                    + "\"}}")
                    .named(
                            "content_block_delta",
                            "{\"type\":\"content_block_delta\",\"index\":"
                                    + index
                                    + ",\"delta\":{"
                                    + delta
                                    + "}}")
                    .ended(Outcome.INCOMPLETE)
                    .answered(1, BODY);
        }

        @Test
        void restFollowsTheBeginning() throws Exception {
            var trial = inTheMiddle("1", "text", "\"type\":\"text_delta\",\"text\":\"Hel\"");

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            assertThat(trial.received().subList(4, 7))
                    .containsExactly(
                            delta(1, "\"type\":\"text_delta\",\"text\":\"lo\""),
                            blockStop(1),
                            blockStart(
                                    2,
                                    "\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{}"));
            assertThat(trial.text()).endsWith("data: {\"type\":\"message_stop\"}\n\n");
        }

        @Test
        void inputThatWasWrittenInAnotherWayIsNotContinued() throws Exception {
            var trial =
                    inTheMiddle(
                            "2",
                            "tool_use",
                            "\"type\":\"input_json_delta\",\"partial_json\":\"{ \\\"a\\\"\"");

            assertThat(trial.run()).isEqualTo(Ending.BROKEN_OFF);
            assertThat(trial.received().getLast())
                    .startsWith("event: error\ndata: {\"type\":\"error\",\"error\":{");
            assertThat(trial.text()).doesNotContain("message_stop");
        }

        @Test
        void lastEventFollowsTheResult() throws Exception {
            var trial =
                    new StreamTrial(Endpoint.MESSAGES, false)
                            .named("message_start", START)
                            .named("ping", "{\"type\":\"ping\"}")
                            .named("message_delta", "{\"type\":\"message_delta\"}")
                            .named("message_stop", "{\"type\":\"message_stop\"}")
                            .ended(Outcome.COMPLETE)
                            .answered(1, BODY);

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            assertThat(trial.received())
                    .containsExactly(
                            "event: message_start\ndata: " + START,
                            "event: ping\ndata: {\"type\":\"ping\"}",
                            "event: message_delta\ndata: {\"type\":\"message_delta\"}",
                            "event: message_stop\ndata: {\"type\":\"message_stop\"}");
        }

        @Test
        void missingEndIsMadeFromTheResult() throws Exception {
            var trial =
                    new StreamTrial(Endpoint.MESSAGES, false)
                            .named("message_start", START)
                            .ended(Outcome.COMPLETE)
                            .answered(1, BODY);

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            assertThat(trial.received()).hasSize(3);
            assertThat(trial.received().get(1)).startsWith("event: message_delta\n");
        }
    }
}
