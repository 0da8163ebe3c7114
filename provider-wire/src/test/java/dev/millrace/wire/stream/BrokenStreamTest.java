package dev.millrace.wire.stream;

import static dev.millrace.wire.stream.TestStream.body;
import static dev.millrace.wire.stream.TestStream.chat;
import static dev.millrace.wire.stream.TestStream.choice;
import static dev.millrace.wire.stream.TestStream.messages;
import static org.assertj.core.api.Assertions.assertThat;

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
        void withoutFinishReasonAreNoAnswer() {
            assertThat(chat(choice("\"delta\":{\"content\":\"a\"}"), "[DONE]"))
                    .isEqualTo(new AssembledAnswer.Malformed("a choice has no finish_reason"));
        }

        @Test
        void withoutEndMarkerAreIncomplete() {
            assertThat(chat(choice("\"delta\":{},\"finish_reason\":\"stop\"")))
                    .isEqualTo(new AssembledAnswer.Incomplete("[DONE]"));
        }

        @Test
        void thatLackAChoiceAreNoAnswer() {
            assertThat(chat("[DONE]"))
                    .isEqualTo(new AssembledAnswer.Malformed("the stream lacks a choice"));
            assertThat(
                            chat(
                                    "{\"choices\":[{\"index\":1,\"delta\":{},"
                                            + "\"finish_reason\":\"stop\"}]}",
                                    "[DONE]"))
                    .isEqualTo(new AssembledAnswer.Malformed("the stream lacks a choice"));
        }

        @Test
        void withDataThatIsNoObjectAreNoAnswer() {
            assertThat(chat("{"))
                    .isEqualTo(new AssembledAnswer.Malformed("the data of an event is not JSON"));
            assertThat(chat("7"))
                    .isEqualTo(
                            new AssembledAnswer.Malformed("the data of an event is not an object"));
            assertThat(chat("{\"choices\":[{\"delta\":{}}]}"))
                    .isEqualTo(new AssembledAnswer.Malformed("a choice has no index"));
        }

        /** Audio arrives in pieces of base64, which cannot be joined as text. */
        @Test
        void withUnknownTextThatChangesAreNoAnswer() {
            assertThat(
                            chat(
                                    choice("\"delta\":{\"audio\":{\"data\":\"QQ==\"}}"),
                                    choice("\"delta\":{\"audio\":{\"data\":\"Qg==\"}}")))
                    .isEqualTo(new AssembledAnswer.Malformed("data changes within the answer"));
        }

        @Test
        void withReasoningOfTwoKindsAreNoAnswer() {
            assertThat(
                            chat(
                                    choice("\"delta\":{\"reasoning\":[{\"type\":\"text\"}]}"),
                                    choice("\"delta\":{\"reasoning\":\"a\"}")))
                    .isEqualTo(
                            new AssembledAnswer.Malformed("reasoning is both a text and a list"));
        }

        @Test
        void emptyDataIsAKeepAlive() {
            assertThat(chat("", " ")).isEqualTo(new AssembledAnswer.Incomplete("[DONE]"));
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
        void withoutMessageStopAreIncomplete() {
            assertThat(messages(START, BLOCK, BLOCK_END, CHANGE))
                    .isEqualTo(new AssembledAnswer.Incomplete("message_stop"));
        }

        @Test
        void withoutStopReasonAreNoAnswer() {
            assertThat(messages(START, STOP)).isInstanceOf(AssembledAnswer.Malformed.class);
        }

        @Test
        void whoseBlocksAreOutOfOrderAreNoAnswer() {
            assertThat(messages(BLOCK)).isInstanceOf(AssembledAnswer.Malformed.class);
            assertThat(messages(START, START)).isInstanceOf(AssembledAnswer.Malformed.class);
            assertThat(messages(START, BLOCK, BLOCK)).isInstanceOf(AssembledAnswer.Malformed.class);
            assertThat(messages(START, BLOCK_END)).isInstanceOf(AssembledAnswer.Malformed.class);
            assertThat(messages(START, input("{}"))).isInstanceOf(AssembledAnswer.Malformed.class);
            assertThat(messages(START, BLOCK, CHANGE))
                    .isInstanceOf(AssembledAnswer.Malformed.class);
            assertThat(messages(START, "[DONE]")).isInstanceOf(AssembledAnswer.Malformed.class);
        }

        @Test
        void whoseToolInputIsNoObjectAreNoAnswer() {
            assertThat(messages(START, BLOCK, input("{\"a\":"), BLOCK_END, CHANGE, STOP))
                    .isEqualTo(
                            new AssembledAnswer.Malformed(
                                    "the input of a tool call is not a JSON object"));
        }

        /** The limit on tokens ends an input anywhere; what came has been paid for. */
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
        void withAnUnknownDeltaAreNoAnswer() {
            assertThat(
                            messages(
                                    START,
                                    BLOCK,
                                    "{\"type\":\"content_block_delta\",\"index\":0,"
                                            + "\"delta\":{\"type\":\"new_delta\"}}"))
                    .isInstanceOf(AssembledAnswer.Malformed.class);
        }

        @Test
        void whoseUsageIsNoObjectAreNoAnswer() {
            String change =
                    "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},"
                            + "\"usage\":{\"output_tokens\":2}}";

            assertThat(
                            messages(
                                    "{\"type\":\"message_start\",\"message\":{\"usage\":\"none\"}}",
                                    change,
                                    STOP))
                    .isEqualTo(new AssembledAnswer.Malformed("the usage is not an object"));
            assertThat(
                            messages(
                                    "{\"type\":\"message_start\",\"message\":{\"usage\":null}}",
                                    change,
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
