package dev.millrace.wire.stream;

import static dev.millrace.wire.stream.TestStream.assemble;
import static dev.millrace.wire.stream.TestStream.body;
import static dev.millrace.wire.stream.TestStream.chat;
import static dev.millrace.wire.stream.TestStream.choice;
import static dev.millrace.wire.stream.TestStream.feed;
import static dev.millrace.wire.stream.TestStream.messages;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.wire.error.ErrorBody;
import dev.millrace.wire.error.ImpliedStatus;
import dev.millrace.wire.json.JsonTree;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamedAnswerTest {
    @ParameterizedTest
    @EnumSource
    void goldenStreamsBecomeTheBodyOfTheUnstreamedCall(GoldenStream golden) {
        assertThat(JsonTree.parse(body(golden.assemble(golden.bytes())))).contains(golden.body());
    }

    @Test
    void embeddingsAreNeverStreamed() {
        assertThatThrownBy(
                        () ->
                                new StreamedAnswer(
                                        new ExpectedAnswer(Endpoint.EMBEDDINGS, true),
                                        TestStream.LIMITS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Nested
    class AListener {
        private final List<String> heard = new ArrayList<>();

        private void feedAll(String stream) {
            var answer =
                    new StreamedAnswer(
                            new ExpectedAnswer(Endpoint.CHAT_COMPLETIONS, true),
                            TestStream.LIMITS,
                            event -> heard.add(new String(event.data(), UTF_8)));
            byte[] bytes = stream.getBytes(UTF_8);
            answer.accept(bytes, 0, bytes.length);
        }

        @Test
        void receivesEachEventOfTheAnswerUpToItsEndMarker() {
            feedAll(
                    """
                    : comment

                    data: {"choices":[]}

                    data:

                    data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

                    data: [DONE]

                    data: {"choices":[]}

                    """);

            assertThat(heard)
                    .containsExactly(
                            "{\"choices\":[]}",
                            "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}",
                            "[DONE]");
        }

        @ParameterizedTest
        @ValueSource(strings = {"{\"error\":{\"message\":\"no\"}}", "{", "[]", "[DONE]"})
        void receivesNoEventThatEndsTheStreamWithoutAnAnswer(String data) {
            feedAll("data: " + data + "\n\n");

            assertThat(heard).isEmpty();
        }
    }

    @Nested
    class FirstContent {
        @ParameterizedTest
        @CsvSource({
            "CHAT_TEXT,2",
            "CHAT_TOOLS,1",
            "CHAT_CHOICES,3",
            "CHAT_REFUSAL,2",
            "CHAT_REASONING,2",
            "CHAT_AZURE,3",
            "COMPLETIONS,1",
            "RESPONSES,3",
            "MESSAGES_TEXT,4",
            "MESSAGES_TOOLS,3",
            "MESSAGES_REFUSAL,3"
        })
        void isSeenAtItsEvent(GoldenStream golden, int event) {
            assertThat(progress(golden).subList(0, event))
                    .isEqualTo(
                            Stream.concat(
                                            Collections.nCopies(
                                                    event - 1, StreamProgress.BEFORE_CONTENT)
                                                    .stream(),
                                            Stream.of(StreamProgress.IN_CONTENT))
                                    .toList());
        }

        private static List<StreamProgress> progress(GoldenStream golden) {
            var answer = golden.start();
            var progress = new ArrayList<StreamProgress>();
            for (String event : golden.text().split("\n\n", -1)) {
                byte[] bytes = (event + "\n\n").getBytes(UTF_8);
                var after = answer.accept(bytes, 0, bytes.length);
                if (!event.startsWith(":")) {
                    progress.add(after);
                }
            }
            return progress;
        }
    }

    @Nested
    class Errors {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    // OpenAI, OpenRouter: https://openrouter.ai/docs/api-reference/errors
                    "{\"error\":{\"message\":\"m\",\"type\":\"server_error\",\"code\":null}}",
                    "{\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},"
                            + "\"finish_reason\":\"error\"}],\"error\":{\"code\":502}}",
                    // vLLM
                    "{\"object\":\"error\",\"message\":\"m\",\"code\":400}",
                    // Gemini
                    "[{\"error\":{\"code\":503,\"status\":\"UNAVAILABLE\"}}]"
                })
        void endAChatStreamWithTheErrorAsItsBody(String error) {
            var outcome = chat(choice("\"delta\":{\"content\":\"a\"}"), error, "[DONE]");

            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            AssembledAnswer.Failed.class,
                            failed ->
                                    assertThat(new String(failed.errorBody(), UTF_8))
                                            .isEqualTo(error));
        }

        /** https://platform.claude.com/docs/en/build-with-claude/streaming#error-events */
        @Test
        void endAMessageStream() {
            assertThat(
                            messages(
                                    "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
                                            + "\"message\":\"Overloaded\"}}"))
                    .isInstanceOf(AssembledAnswer.Failed.class);
        }

        @Test
        void areRecognisedByTheNameOfTheEvent() {
            byte[] bytes = "event: error\ndata: {\"detail\":\"m\"}\n\n".getBytes(UTF_8);
            var answer =
                    new StreamedAnswer(
                            new ExpectedAnswer(Endpoint.RESPONSES, true), TestStream.LIMITS);

            assertThat(answer.accept(bytes, 0, bytes.length)).isEqualTo(StreamProgress.ENDED);
            assertThat(answer.finish()).isInstanceOf(AssembledAnswer.Failed.class);
        }

        @Test
        void ofACancelledResponseNameItsState() {
            var outcome =
                    assemble(
                            Endpoint.RESPONSES,
                            "{\"type\":\"response.completed\","
                                    + "\"response\":{\"status\":\"cancelled\",\"output\":[]}}");

            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            AssembledAnswer.Failed.class,
                            failed ->
                                    assertThat(ImpliedStatus.of(ErrorBody.read(failed.errorBody())))
                                            .contains(499));
        }

        @Test
        void ofAnAbortedAnswerKeepAReasonThatIsAnObject() {
            String reason = "{\"type\":\"abort\",\"message\":\"m\"}";
            var outcome =
                    chat(
                            choice("\"delta\":{\"content\":\"a\"},\"finish_reason\":null"),
                            choice("\"delta\":{},\"finish_reason\":" + reason));

            assertThat(body(outcome)).contains("\"finish_reason\":" + reason);
        }

        @Test
        void ofAFailedResponseHaveTheFormOfAnErrorResponse() {
            var outcome =
                    assemble(
                            Endpoint.RESPONSES,
                            "{\"type\":\"response.failed\",\"response\":{\"status\":\"failed\","
                                    + "\"error\":{\"code\":\"server_error\",\"message\":\"m\"}}}");

            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            AssembledAnswer.Failed.class,
                            failed ->
                                    assertThat(new String(failed.errorBody(), UTF_8))
                                            .isEqualTo(
                                                    "{\"error\":{\"code\":\"server_error\","
                                                            + "\"message\":\"m\"}}"));
        }

        @Test
        void thatAreNullAreNone() {
            assertThat(
                            body(
                                    chat(
                                            "{\"error\":null,\"choices\":[{\"index\":0,\"delta\":{},"
                                                    + "\"finish_reason\":\"stop\"}]}",
                                            "[DONE]")))
                    .contains("\"finish_reason\":\"stop\"");
        }
    }

    @Nested
    class ToolCalls {
        private static String call(String fields) {
            return choice("\"delta\":{\"tool_calls\":[{" + fields + "}]}");
        }

        private static String end() {
            return choice("\"delta\":{},\"finish_reason\":\"tool_calls\"");
        }

        @Test
        void withoutIndexAreSeparatedByTheirIds() {
            assertThat(
                            body(
                                    chat(
                                            call("\"id\":\"a\",\"function\":{\"arguments\":\"{\"}"),
                                            call("\"function\":{\"arguments\":\"}\"}"),
                                            call(
                                                    "\"id\":\"b\",\"function\":{\"arguments\":\"{}\"}"),
                                            end(),
                                            "[DONE]")))
                    .contains(
                            "[{\"id\":\"a\",\"function\":{\"arguments\":\"{}\"}},"
                                    + "{\"id\":\"b\",\"function\":{\"arguments\":\"{}\"}}]");
        }

        @Test
        void thatShareAnIndexAreSeparatedByTheirIds() {
            assertThat(
                            body(
                                    chat(
                                            call("\"index\":0,\"id\":\"a\""),
                                            call("\"index\":0,\"id\":\"b\""),
                                            end(),
                                            "[DONE]")))
                    .contains("[{\"id\":\"a\"},{\"id\":\"b\"}]");
        }

        /** https://github.com/NousResearch/hermes-agent/issues/62940 */
        @Test
        void thatShareAnIndexWithoutIdsBeginWithTheirName() {
            assertThat(
                            body(
                                    chat(
                                            call(
                                                    "\"index\":0,\"id\":\"\",\"function\":{\"name\":\"f\","
                                                            + "\"arguments\":\"{\\\"a\\\":1}\"}"),
                                            call(
                                                    "\"index\":0,\"id\":\"\",\"function\":{\"name\":\"f\","
                                                            + "\"arguments\":\"{\\\"a\\\":2}\"}"),
                                            end(),
                                            "[DONE]")))
                    .contains(
                            "\"arguments\":\"{\\\"a\\\":1}\"}", "\"arguments\":\"{\\\"a\\\":2}\"}");
        }

        /** https://github.com/dyedd/lens/issues/49 */
        @Test
        void withTheArgumentsOfAnotherCallGiveNoAnswer() {
            assertThat(
                            chat(
                                    call("\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\"}"),
                                    call("\"index\":0,\"function\":{\"arguments\":\"{}\"}"),
                                    call("\"index\":0,\"function\":{\"arguments\":\"{}\"}"),
                                    end(),
                                    "[DONE]"))
                    .isInstanceOf(AssembledAnswer.Malformed.class);
        }

        @Test
        void mayHaveBracesAtTheEndsOfTheirPieces() {
            assertThat(
                            body(
                                    chat(
                                            call(
                                                    "\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\":\\\"}\"}"),
                                            call(
                                                    "\"index\":0,\"function\":{\"arguments\":\"{\\\"}\"}"),
                                            end(),
                                            "[DONE]")))
                    .contains("\"arguments\":\"{\\\"a\\\":\\\"}{\\\"}\"");
        }

        @Test
        void mayRepeatTheirNameOrGiveItInPieces() {
            assertThat(
                            body(
                                    chat(
                                            call("\"index\":0,\"function\":{\"name\":\"get_\"}"),
                                            call("\"index\":0,\"function\":{\"name\":\"get_\"}"),
                                            call("\"index\":0,\"function\":{\"name\":\"time\"}"),
                                            end(),
                                            "[DONE]")))
                    .contains("\"name\":\"get_time\"");
        }
    }

    @Nested
    class Limits {
        @Test
        void boundWhatIsHeld() {
            var answer =
                    new StreamedAnswer(
                            new ExpectedAnswer(Endpoint.CHAT_COMPLETIONS, true), TestStream.LIMITS);
            String piece = choice("\"delta\":{\"content\":\"" + "a".repeat(200) + "\"}");

            assertThat(feed(answer, piece, piece)).isEqualTo(StreamProgress.IN_CONTENT);
            assertThat(feed(answer, piece)).isEqualTo(StreamProgress.ENDED);
            assertThat(answer.finish())
                    .isEqualTo(
                            new AssembledAnswer.TooLarge(
                                    "the answer", new PartialAnswer(true, "")));
        }

        @Test
        void heldSizeIsThatOfTheContentAndOfAnUnfinishedEvent() {
            var answer =
                    new StreamedAnswer(
                            new ExpectedAnswer(Endpoint.CHAT_COMPLETIONS, true), TestStream.LIMITS);
            feed(answer, choice("\"delta\":{\"content\":\"" + "a".repeat(200) + "\"}"));
            long content = answer.heldSize();
            byte[] unfinished = ("data: " + "b".repeat(300)).getBytes(UTF_8);
            answer.accept(unfinished, 0, unfinished.length);

            assertThat(content).isBetween(200L, 250L);
            assertThat(answer.heldSize() - content).isEqualTo(unfinished.length);
        }

        @Test
        void doNotCountWhatEachChunkRepeats() {
            var answer =
                    new StreamedAnswer(
                            new ExpectedAnswer(Endpoint.CHAT_COMPLETIONS, true), TestStream.LIMITS);
            for (int i = 0; i < 100; i++) {
                feed(
                        answer,
                        "{\"id\":\"chatcmpl-1\",\"usage\":{\"completion_tokens\":"
                                + i
                                + "},\"choices\":[]}");
            }

            assertThat(answer.finish()).isInstanceOf(AssembledAnswer.Incomplete.class);
        }

        @Test
        void boundTheBody() {
            assertThat(
                            assemble(
                                    Endpoint.RESPONSES,
                                    "{\"type\":\"response.completed\",\"response\":{\"a\":\""
                                            + "a".repeat(600)
                                            + "\"}}"))
                    .isEqualTo(new AssembledAnswer.TooLarge("the answer"));
        }

        @Test
        void boundAnEvent() {
            assertThat(chat("\"" + "a".repeat(2_100) + "\""))
                    .isInstanceOf(AssembledAnswer.TooLarge.class);
        }
    }

    @Test
    void bytesAfterTheEndAreIgnored() {
        var answer =
                new StreamedAnswer(
                        new ExpectedAnswer(Endpoint.CHAT_COMPLETIONS, true), TestStream.LIMITS);
        feed(answer, choice("\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\""), "[DONE]");

        assertThat(feed(answer, choice("\"delta\":{\"content\":\"b\"}"), "[DONE]"))
                .isEqualTo(StreamProgress.ENDED);
        assertThat(body(answer.finish())).contains("\"content\":\"a\"");
    }
}
