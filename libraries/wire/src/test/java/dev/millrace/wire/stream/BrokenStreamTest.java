package dev.millrace.wire.stream;

import static dev.millrace.wire.stream.TestStream.body;
import static dev.millrace.wire.stream.TestStream.chat;
import static dev.millrace.wire.stream.TestStream.choice;
import static dev.millrace.wire.stream.TestStream.messages;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.wire.json.JsonTree;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.StringNode;

class BrokenStreamTest {
    @Nested
    class BrokenChatStreams {
        @Test
        void withoutAnySignOfTheirEndAreIncomplete() {
            assertThat(chat(choice("\"delta\":{\"content\":\"a\"}")))
                    .isEqualTo(
                            new AssembledAnswer.Incomplete(
                                    "a finish_reason or [DONE]", new PartialAnswer(true, "")));
        }

        @ParameterizedTest
        @ValueSource(strings = {"\"\"", "\"null\"", "\"None\"", "false", "{}"})
        void withAReasonThatIsNoneAreIncomplete(String reason) {
            assertThat(chat(choice("\"delta\":{\"content\":\"a\"},\"finish_reason\":" + reason)))
                    .isInstanceOf(AssembledAnswer.Incomplete.class);
        }

        @Test
        void withAUsageBeforeTheEndAreIncomplete() {
            String usage = "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}";
            String begin =
                    "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]," + usage + "}";

            assertThat(chat(begin)).isInstanceOf(AssembledAnswer.Incomplete.class);
            assertThat(chat("{\"choices\":[]," + usage + "}", begin))
                    .isInstanceOf(AssembledAnswer.Incomplete.class);
        }

        @Test
        void withAnUnfinishedChoiceAreIncomplete() {
            assertThat(
                            TestStream.assemble(
                                    new ExpectedAnswer(Endpoint.CHAT_COMPLETIONS, false),
                                    "{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"b\"}}]}",
                                    choice("\"delta\":{},\"finish_reason\":\"stop\"")))
                    .isInstanceOf(AssembledAnswer.Incomplete.class);
        }

        @Test
        void withoutAChoiceAreNoAnswer() {
            assertThat(chat("[DONE]"))
                    .isEqualTo(new AssembledAnswer.Malformed("the stream has no choice"));
        }

        @Test
        void withDataThatIsNoJsonAreNoAnswer() {
            assertThat(chat("{\"a\":", "[DONE]"))
                    .isEqualTo(new AssembledAnswer.Malformed("the data of an event is not JSON"));
        }

        @Test
        void areReadToTheirEndForTheirUsage() {
            assertThat(
                            chat(
                                    "{\"choices\":[{\"index\":0,\"delta\":{\"cont",
                                    choice("\"delta\":{},\"finish_reason\":\"stop\""),
                                    "{\"choices\":[],\"usage\":{\"prompt_tokens\":3}}",
                                    "[DONE]"))
                    .isEqualTo(
                            new AssembledAnswer.Malformed(
                                    "the data of an event is not JSON",
                                    new PartialAnswer(false, "{\"prompt_tokens\":3}")));
        }

        @Test
        void whoseOnlyEventIsAnErrorOfTheProviderReportIt() {
            String error = "{\"choices\":null,\"base_resp\":{\"status_code\":1002}}";

            assertThat(chat(error, "[DONE]"))
                    .isInstanceOfSatisfying(
                            AssembledAnswer.Failed.class,
                            it -> assertThat(it.errorBody()).asString().isEqualTo(error));
            assertThat(chat(error)).isInstanceOf(AssembledAnswer.Failed.class);
        }

        @Test
        void withReasoningOfTwoKindsKeepBoth() {
            assertThat(
                            body(
                                    chat(
                                            choice(
                                                    "\"delta\":{\"reasoning\":[{\"type\":\"text\"}]}"),
                                            choice("\"delta\":{\"reasoning\":\"a\"}"),
                                            "[DONE]")))
                    .contains("\"reasoning\":[{\"type\":\"text\"},\"a\"]");
        }

        @Test
        void emptyDataIsAKeepAlive() {
            assertThat(chat("", " "))
                    .isEqualTo(new AssembledAnswer.Incomplete("a finish_reason or [DONE]"));
        }
    }

    @Nested
    class BrokenMessageStreams {
        private static final String START =
                "{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"content\":[],"
                        + "\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}";
        private static final String BLOCK =
                "{\"type\":\"content_block_start\",\"index\":0,"
                        + "\"content_block\":{\"type\":\"tool_use\",\"input\":{}}}";
        private static final String BLOCK_END = "{\"type\":\"content_block_stop\",\"index\":0}";
        private static final String CHANGE =
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{}}";
        private static final String STOP = "{\"type\":\"message_stop\"}";

        private static String input(String json) {
            return "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
                    + "{\"type\":\"input_json_delta\",\"partial_json\":"
                    + JsonTree.text(StringNode.valueOf(json))
                    + "}}";
        }

        @Test
        void withoutAnySignOfTheirEndAreIncomplete() {
            assertThat(messages(START, BLOCK, BLOCK_END))
                    .isInstanceOf(AssembledAnswer.Incomplete.class);
        }

        @Test
        void withoutAMessageAreNoAnswer() {
            assertThat(messages(STOP))
                    .isEqualTo(new AssembledAnswer.Malformed("the stream has no message"));
        }

        @Test
        void whoseInputHasNoToolAreNoAnswer() {
            assertThat(messages(START, input("{}"), CHANGE, STOP))
                    .isInstanceOf(AssembledAnswer.Malformed.class);
        }

        @Test
        void whoseToolInputIsNoObjectAreNoAnswer() {
            assertThat(messages(START, BLOCK, input("{\"a\":"), BLOCK_END, CHANGE, STOP))
                    .isEqualTo(
                            new AssembledAnswer.Malformed(
                                    "the input of a tool call is not a JSON object",
                                    new PartialAnswer(
                                            true, "{\"input_tokens\":1,\"output_tokens\":1}")));
        }

        /** The limit on tokens can end an input anywhere; the received part has been paid for. */
        @ParameterizedTest
        @ValueSource(strings = {"max_tokens", "model_context_window_exceeded"})
        void whoseLastToolInputIsCutByALimitKeepItsBeginning(String reason) {
            String change = CHANGE.replace("end_turn", reason);

            assertThat(
                            body(
                                    messages(
                                            START,
                                            BLOCK,
                                            input("{\"a\":1,\"b\":\"x"),
                                            BLOCK_END,
                                            change,
                                            STOP)))
                    .contains("\"input\":{\"a\":1}");
        }

        @Test
        void whoseOtherToolInputIsCutAreNoAnswer() {
            String change = CHANGE.replace("end_turn", "max_tokens");
            String next = BLOCK.replace("\"index\":0", "\"index\":1");
            String end = BLOCK_END.replace("\"index\":0", "\"index\":1");

            assertThat(messages(START, BLOCK, input("{\"a\":"), BLOCK_END, next, end, change, STOP))
                    .isInstanceOf(AssembledAnswer.Malformed.class);
        }

        @Test
        void whoseUsageIsNoObjectAreAnAnswer() {
            assertThat(
                            messages(
                                    "{\"type\":\"message_start\",\"message\":{\"usage\":\"none\"}}",
                                    CHANGE,
                                    STOP))
                    .isInstanceOf(AssembledAnswer.Complete.class);
            assertThat(
                            messages(
                                    "{\"type\":\"message_start\",\"message\":{\"usage\":null}}",
                                    CHANGE,
                                    STOP))
                    .isInstanceOf(AssembledAnswer.Complete.class);
        }

        @Test
        void unknownEventsAreSkipped() {
            assertThat(body(messages(START, "{\"type\":\"new_event\"}", CHANGE, STOP)))
                    .contains("\"stop_reason\":\"end_turn\"");
        }
    }
}
