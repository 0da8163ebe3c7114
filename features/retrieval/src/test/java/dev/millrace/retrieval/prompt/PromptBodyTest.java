package dev.millrace.retrieval.prompt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.retrieval.ContextPlace;
import dev.millrace.contracts.retrieval.OnEmpty;
import dev.millrace.retrieval.index.PassageHit;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptBodyTest {
    private static final ContextPlace SYSTEM = new ContextPlace.Instructions();
    private static final ContextPlace USER = new ContextPlace.Question();
    private static final SourceList SOURCES =
            new SourceList(
                    "shop",
                    List.of(hit("returns.md", "Returns", "30 days.")),
                    OnEmpty.Answer.DEFAULT);

    private static PassageHit hit(String document, @Nullable String title, String text) {
        return new PassageHit(
                document,
                0,
                0,
                text.length(),
                text,
                Map.of(),
                title,
                null,
                0.5,
                OptionalDouble.empty(),
                OptionalDouble.of(0.7));
    }

    private static RequestLine line(String url, String body) {
        String json =
                "{\"custom_id\":\"a\",\"url\":\"%s\",\"body\":%s,\"millrace\":{}}"
                        .formatted(url, body.replace('\'', '"'));
        return RequestParser.parse(json.getBytes(UTF_8)).accepted();
    }

    private static String edited(String url, String body, ContextPlace place)
            throws PromptException {
        byte[] edited = PromptBody.of(line(url, body)).with(SOURCES, place, 100);
        assertThat(RequestParser.parse(edited)).isInstanceOf(ParseResult.Accepted.class);
        return new String(edited, UTF_8).replace('"', '\'');
    }

    private static String question(String url, String body) throws PromptException {
        return PromptBody.of(line(url, body)).question();
    }

    @Nested
    class TheQuestion {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{'model':'m','messages':[{'role':'user','content':'a'},{'role':'assistant','content':'b'},{'role':'user','content':' why? '}]}",
                    "{'model':'m','messages':[{'role':'user','content':[{'type':'text','text':'why?'},{'type':'image_url','image_url':{}}]}]}"
                })
        void isTheTextOfTheLastMessageOfTheUser(String body) throws PromptException {
            assertThat(question("/v1/chat/completions", body)).isEqualTo("why?");
        }

        @Test
        void isTheInputOfAResponse() throws PromptException {
            assertThat(question("/v1/responses", "{'model':'m','input':'why?'}")).isEqualTo("why?");
        }

        @Test
        void isAskedBeforeTheResultsOfTools() throws PromptException {
            assertThat(
                            question(
                                    "/v1/messages",
                                    "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'why?'},"
                                            + "{'role':'assistant','content':[{'type':'tool_use'}]},"
                                            + "{'role':'user','content':[{'type':'tool_result','content':'r'}]}]}"))
                    .isEqualTo("why?");
        }

        @Test
        void isCutBetweenCharacters() throws PromptException {
            String text = "x".repeat(PromptBody.MAX_QUESTION_CHARS - 1) + "😀";
            assertThat(question("/v1/responses", "{'model':'m','input':'" + text + "'}"))
                    .hasSize(PromptBody.MAX_QUESTION_CHARS - 1);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{'model':'m'}",
                    "{'model':'m','messages':[]}",
                    "{'model':'m','messages':[{'role':'assistant','content':'b'}]}",
                    "{'model':'m','messages':[{'role':'user','content':' '}]}",
                    "{'model':'m','messages':[{'role':'user','content':7}]}",
                    "{'model':'m','messages':7}"
                })
        void isMissing(String body) {
            assertThatThrownBy(() -> question("/v1/chat/completions", body))
                    .isInstanceOf(PromptException.class)
                    .hasMessageContaining("user");
        }
    }

    @Test
    void aBodyThatIsNestedTooDeeplyIsNotRead() {
        String body = "{'model':'m','messages':[],'x':" + "[".repeat(700) + "]".repeat(700) + "}";
        assertThatThrownBy(() -> question("/v1/chat/completions", body))
                .isInstanceOf(PromptException.class)
                .hasMessageContaining("the body cannot be read");
    }

    @Test
    void aBodyOfTooManyValuesIsNotRead() {
        String body = "{'model':'m','messages':[" + "{},".repeat(250_000) + "{}]}";
        assertThatThrownBy(() -> question("/v1/chat/completions", body))
                .isInstanceOf(PromptException.class)
                .hasMessageContaining("more than 500,000 keys");
    }

    @Nested
    class Sources {
        @Test
        void areAnInstructionAfterTheOthers() throws PromptException {
            assertThat(
                            edited(
                                    "/v1/chat/completions",
                                    "{ 'model':'m','messages':[{'role':'system','content':'s'},{'role':'user','content':'q'}] ,'temperature':0.10}",
                                    SYSTEM))
                    .contains(
                            "{'role':'system','content':'s'},{'role':'system','content':'Answer with")
                    .contains("[1] Returns\\n30 days.'},{'role':'user','content':'q'}]")
                    .contains("'temperature':0.10}")
                    .startsWith(
                            "{'custom_id':'a','url':'/v1/chat/completions','body':{ 'model':'m',");
        }

        @Test
        void followTheInstructionsOfAMessage() throws PromptException {
            assertThat(
                            edited(
                                    "/v1/messages",
                                    "{'model':'m','max_tokens':9,'system':'s','messages':[{'role':'user','content':'q'}]}",
                                    SYSTEM))
                    .contains("'system':'s\\n\\nAnswer with");
        }

        @Test
        void areTheInstructionsOfAResponseWithoutAny() throws PromptException {
            assertThat(edited("/v1/responses", "{'model':'m','input':'q'}", SYSTEM))
                    .contains("'instructions':'Answer with");
        }

        @Test
        void comeBeforeTheQuestion() throws PromptException {
            assertThat(
                            edited(
                                    "/v1/chat/completions",
                                    "{'model':'m','messages':[{'role':'user','content':[{'type':'text','text':'q'}]}]}",
                                    USER))
                    .contains("'content':[{'type':'text','text':'Answer with")
                    .contains("30 days.'},{'type':'text','text':'q'}]");
            assertThat(edited("/v1/responses", "{'model':'m','input':'q'}", USER))
                    .contains("30 days.\\n\\nq'");
        }

        @Test
        void comeAfterTheResultsOfTools() throws PromptException {
            assertThat(
                            edited(
                                    "/v1/messages",
                                    "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':[{'type':'tool_result','content':'r'},{'type':'text','text':'q'}]}]}",
                                    USER))
                    .contains("'content':'r'},{'type':'text','text':'Answer with")
                    .contains("30 days.'},{'type':'text','text':'q'}]");
        }

        @Test
        void doNotReplaceMorePlaceholdersThanALineCanHave() {
            var place = new ContextPlace.Placeholder("{{x}}");
            assertThatThrownBy(
                            () ->
                                    edited(
                                            "/v1/responses",
                                            "{'model':'m','input':'" + "{{x}}".repeat(9) + "'}",
                                            place))
                    .isInstanceOf(PromptException.class)
                    .hasMessageContaining("{{x}} occurs so often");
        }

        @Test
        void areNoPlaceholdersThemselves() throws PromptException {
            var sources =
                    new SourceList(
                            "shop",
                            List.of(hit("d", "{{x}}", "a {{x}} b")),
                            OnEmpty.Answer.DEFAULT);
            byte[] edited =
                    PromptBody.of(line("/v1/responses", "{'model':'m','input':'{{x}} q'}"))
                            .with(sources, new ContextPlace.Placeholder("{{x}}"), 100);

            assertThat(new String(edited, UTF_8)).contains("\"[1] {{x}}\\na {{x}} b q\"");
        }

        @Test
        void replaceAPlaceholderWithoutInstruction() throws PromptException {
            assertThat(
                            edited(
                                    "/v1/chat/completions",
                                    "{'model':'m','messages':[{'role':'system','content':'Use: {{x}}'},{'role':'user','content':'q'}]}",
                                    new ContextPlace.Placeholder("{{x}}")))
                    .contains("'Use: [1] Returns\\n30 days.'")
                    .doesNotContain("Answer with");
        }

        @Test
        void needTheirPlaceholder() {
            assertThatThrownBy(
                            () ->
                                    edited(
                                            "/v1/responses",
                                            "{'model':'m','input':'q'}",
                                            new ContextPlace.Placeholder("{{x}}")))
                    .isInstanceOf(PromptException.class)
                    .hasMessageContaining("{{x}} does not occur");
        }
    }

    @Nested
    class TheNote {
        @Test
        void namesEachPassage() {
            assertThat(SOURCES.note())
                    .isEqualTo(
                            """
                            {"collection":"shop","passages":[{"n":1,"document":"returns.md","passage":0,\
                            "title":"Returns","start":0,"end":8,"score":0.5,"cosine":0.7}]}""");
        }

        @Test
        void fitsIntoAHeaderWithTheLongestIds() {
            var hits = Collections.nCopies(50, hit("\"".repeat(256), "t".repeat(200), "x"));
            assertThat(
                            new SourceList("c".repeat(128), hits, OnEmpty.Answer.DEFAULT)
                                    .note()
                                    .getBytes(UTF_8))
                    .hasSizeLessThanOrEqualTo(SourceList.MAX_NOTE_BYTES);
        }
    }
}
