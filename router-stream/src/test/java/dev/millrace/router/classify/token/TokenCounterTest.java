package dev.millrace.router.classify.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.money.Price;
import dev.millrace.router.classify.Requests;
import dev.millrace.router.classify.body.RequestBody;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenCounterTest {
    private static final TokenCounter COUNTER = new TokenCounter();
    private static final Encoding O200K =
            Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
    private static final String PNG = "iVBORw0KGgoAAAANSUhEUgAABAAAAAQACAIAAAA=";

    private static Model model(String name) {
        return Model.of(name, "any", Price.of("1", "1"));
    }

    private static TokenCount input(String model, RequestLine line) {
        return COUNTER.countInput(line, RequestBody.of(line), model(model));
    }

    private static TokenCount output(RequestLine line, Model model) {
        return COUNTER.countOutput(line, RequestBody.of(line), model, line.endpoint(), 100);
    }

    @Property
    void boundsIncludeTheTokenizersCount(@ForAll String text) {
        RequestLine line = Requests.chat(text);
        long counted =
                O200K.countTokensOrdinary(dev.millrace.contracts.json.JsonBytes.encodable(text));

        TokenCount count = input("gpt-4.1", line);

        assertThat(count.atLeast()).isEqualTo(counted);
        assertThat(count.estimate()).isEqualTo(counted + 7);
        assertThat(count.atMost().orElseThrow()).isGreaterThanOrEqualTo(count.estimate());
        assertThat(CharacterCounts.of(RequestBody.of(line).texts()).minTokens())
                .isLessThanOrEqualTo(counted);
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4o-2024-08-06, O200K",
        "gpt-4.1-mini, O200K",
        "gpt-5.1, O200K",
        "o4-mini, O200K",
        "openai/gpt-4o, O200K",
        "gpt-oss-120b, O200K",
        "chatgpt-4o-latest, O200K",
        "gpt-4-turbo, CL100K",
        "gpt-3.5-turbo, CL100K",
        "text-embedding-3-small, CL100K",
        "claude-sonnet-4-5-20250929, CLAUDE",
        "claude-3-5-sonnet-20241022, CLAUDE",
        "claude-opus-4-20250514, CLAUDE",
        "claude-opus-4-7, CLAUDE_NEWEST",
        "claude-opus-4.7, CLAUDE_NEWEST",
        "claude-sonnet-5, CLAUDE_NEWEST",
        "claude-2.1, CLAUDE",
        "gemini-2.5-flash, GEMINI",
        "deepseek-chat, DEEPSEEK",
        "qwen-turbo, QWEN",
        "mistral-large, OTHER",
        "foo1-large, OTHER",
    })
    void modelNameDecidesTheFamily(String name, TokenFamily family) {
        assertThat(TokenFamily.of(model(name))).isEqualTo(family);
    }

    @Test
    void upstreamNameDecidesTheFamilyFirst() {
        assertThat(TokenFamily.of(model("fast").servedBy("azure", "gpt-4o")))
                .isEqualTo(TokenFamily.O200K);
        assertThat(TokenFamily.of(model("gpt-4o").servedBy("azure", "deployment-1")))
                .isEqualTo(TokenFamily.O200K);
    }

    @Nested
    class Messages {
        private final RequestLine line =
                Requests.line(
                        "/v1/chat/completions",
                        "'messages':[{'role':'system','content':'You are helpful.'},"
                                + "{'role':'user','name':'bob','content':[{'type':'text','text':'Hello world'}]}]");

        @Test
        void estimateIncludesNamesAndOverhead() {
            // 4 + 1 + 2 of text, 4 around each message, 1 for the name, 3 before the answer.
            assertThat(input("gpt-4o", line).estimate()).isEqualTo(19);
            assertThat(input("gpt-4o", line).atLeast()).isEqualTo(7);
        }

        @Test
        void bytesAreTheUpperBoundOfAnUnknownTokenizer() {
            long bytes = line.body().length();

            assertThat(input("claude-sonnet-4.5", line).atMost()).hasValue(bytes);
            assertThat(input("gemini-2.5-flash", line).atMost()).hasValue(bytes);
        }

        @Test
        void tokensAndTheirFrameAreTheUpperBoundOfAKnownTokenizer() {
            // The frames of two messages that the body can still have, a system and instructions.
            assertThat(input("gpt-4o", line).atMost()).hasValue(19 + 2 * 4);
        }

        @ParameterizedTest
        @CsvSource({
            "grok-4, 1024",
            "llama-3.1-8b, 128",
            "qwen-2.5-7b, 128",
            "deepseek-chat, 128",
            "mistralai/mistral-small-3.2-24b-instruct, 1024",
            "devstral-small-2507, 2048"
        })
        void hiddenSystemPromptIsPartOfTheBound(String model, long hidden) {
            assertThat(input(model, line).atMost()).hasValue(line.body().length() + hidden);
        }

        @Test
        void textThatNormalizationMakesLongerIsPartOfTheBound() {
            RequestLine notes = Requests.chat("\uD834\uDD60".repeat(1_000));

            assertThat(input("qwen-2.5-7b", notes).atMost().orElseThrow())
                    .isEqualTo(notes.body().length() + 8_000L + 128);
            assertThat(input("llama-3.1-8b", notes).atMost().orElseThrow())
                    .isEqualTo(notes.body().length() + 128L);
        }

        @Test
        void longRoleKeepsTheBoundByBytes() {
            RequestLine other =
                    Requests.line(
                            "/v1/chat/completions",
                            "'messages':[{'role':'%s','content':'x'}]"
                                    .formatted("abc ".repeat(50)));

            assertThat(input("gpt-4o", other).atMost()).hasValue(other.body().length());
        }

        @Test
        void templateOfAKnownTokenizerIsPartOfTheBound() {
            assertThat(input("gpt-oss-120b", line).atMost()).hasValue(19 + 2 * 4 + 128);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '"',
                value = {
                    "'messages':[{'role':'assistant','tool_calls':[{'id':'c','type':'function','function':{'name':'f','arguments':'{}'}}]}]",
                    "'messages':[{'role':'user','content':'x'}],'chat_template_kwargs':{'documents':['much text']}",
                    "'messages':[{'role':'user','content':'x'}],'prompt':'a second prompt'",
                })
        void unreadTextKeepsTheBoundByBytes(String fields) {
            RequestLine other = Requests.line("/v1/chat/completions", fields);

            assertThat(input("gpt-4o", other).atMost()).hasValue(other.body().length());
        }

        @Test
        void longTextIsExtrapolatedFromItsBeginning() {
            String text = "The quick brown fox jumps over the lazy dog. ".repeat(20_000);

            TokenCount count = input("gpt-4o", Requests.chat(text));

            assertThat(count.estimate()).isCloseTo(200_000, Percentage.withPercentage(1));
            assertThat(count.atLeast()).isBetween(100_000L, 200_000L);
        }
    }

    @Nested
    class Prompts {
        @Test
        void tokenIdsCountAsTokens() {
            TokenCount count =
                    input("gpt-4o", Requests.line("/v1/completions", "'prompt':[1,2,3]"));

            assertThat(count.estimate()).isEqualTo(3);
            assertThat(count.atLeast()).isEqualTo(3);
        }

        @Test
        void suffixCountsWithEachPrompt() {
            RequestLine line =
                    Requests.line(
                            "/v1/completions",
                            "'prompt':['a','b','c'],'suffix':'%s'".formatted(" word".repeat(100)));

            assertThat(input("gpt-3.5-turbo-instruct", line).atMost().orElseThrow())
                    .isGreaterThanOrEqualTo(3 + 3 * 100);
            assertThat(input("llama-3.1-8b", line).atMost().orElseThrow())
                    .isGreaterThanOrEqualTo(3 + 3 * 500);
        }

        @Test
        void boundOfPromptsIsTheirCount() {
            assertThat(
                            input(
                                            "text-embedding-3-small",
                                            Requests.line(
                                                    "/v1/embeddings",
                                                    "'input':['Hello world','Hello world']"))
                                    .atMost())
                    .hasValue(4);
        }

        @Test
        void embeddingsHaveNoOverhead() {
            assertThat(
                            input(
                                            "text-embedding-3-small",
                                            Requests.line(
                                                    "/v1/embeddings",
                                                    "'input':['Hello world','Hello world']"))
                                    .estimate())
                    .isEqualTo(4);
        }
    }

    @Nested
    class Tools {
        private final RequestLine line =
                Requests.line(
                        "/v1/messages",
                        "'messages':[],'tools':[{'name':'get_weather','description':'Weather of a city','input_schema':{'type':'object'}}]");

        @Test
        void toolsCountByTheirJsonAndTheProvidersInstructions() {
            assertThat(input("claude-sonnet-4.5", line).estimate()).isBetween(360L, 380L);
            assertThat(input("gpt-4o", line).estimate()).isBetween(15L, 30L);
        }

        @Test
        void instructionsForToolsArePartOfTheBound() {
            assertThat(input("claude-sonnet-4.5", line).atMost())
                    .hasValue(line.body().length() + 1_024L);
        }

        @Test
        void jsonModeOfOpenAiHidesNothing() {
            RequestLine json =
                    Requests.line(
                            "/v1/chat/completions",
                            "'messages':[{'role':'user','content':'Hi'}],'response_format':{'type':'json_object'}");

            assertThat(input("gpt-4.1", json).atMost().orElseThrow())
                    .isEqualTo(1 + 7 + 8 + "{'type':'json_object'}".length());
        }

        @Test
        void toolThatTheProviderRunsHasNoBound() {
            RequestLine search =
                    Requests.line("/v1/responses", "'input':'x','tools':[{'type':'web_search'}]");

            assertThat(input("gpt-4o", search).atMost()).isEmpty();
        }
    }

    @Nested
    class Media {
        private RequestLine image(String url) {
            return Requests.line(
                    "/v1/chat/completions",
                    "'messages':[{'role':'user','content':[{'type':'image_url','image_url':{'url':'"
                            + url
                            + "'}}]}]");
        }

        @Test
        void imageCountsByItsOwnSize() {
            assertThat(input("gpt-4o", image("data:image/png;base64," + PNG)).estimate())
                    .isEqualTo(765 + 7);
        }

        @Test
        void linkedImageCountsByAnAssumedSize() {
            assertThat(input("gpt-4o", image("https://example.org/a.png")).estimate())
                    .isEqualTo(765 + 7);
        }

        @Test
        void imageHasABoundIfTheFormulaHasOne() {
            RequestLine line = image("data:image/png;base64," + "A".repeat(100_000));

            assertThat(input("gpt-4o", line).atMost().orElseThrow()).isBetween(1_445L, 3_000L);
            assertThat(input("gemini-2.5-flash", line).atMost()).isEmpty();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '"',
                value = {
                    "/v1/responses|'input':[{'role':'user','content':[{'type':'input_file','file_id':'f'}]}]",
                    "/v1/responses|'input':[{'type':'item_reference','id':'f'}]",
                    "/v1/responses|'input':'x','previous_response_id':'r'",
                    "/v1/responses|'input':'x','prompt':{'id':'p'}",
                    "/v1/responses|'input':'x','extra':{'deep':[{'file_ids':[]}]}",
                    "/v1/messages|'messages':[{'role':'user','content':[{'type':'document','source':{'type':'base64','media_type':'application/pdf','data':'AAAA'}}]}]",
                    "/v1/chat/completions|'messages':[{'role':'user','content':[{'type':'input_audio','input_audio':{'data':'AAAA','format':'wav'}}]}]",
                    "/v1/messages|'messages':[],'container':'c'",
                    "/v1/chat/completions|'messages':[{'role':'assistant','audio':{'id':'a'}}]",
                    "/v1/chat/completions|'messages':[{'role':'user','content':[{'file_id':'f','image_url':'data:image/png;base64,AAAA'}]}]",
                    "/v1/chat/completions|'messages':[{'role':'user','content':'x','attachments':[{'file_ids':['f']}]}]",
                    "/v1/chat/completions|'messages':{'file_id':'f'}",
                    "/v1/messages|'messages':[{'role':'user','content':[{'type':'tool_result','content':[{'type':'image','source':{'type':'file','file_id':'f'}}]}]}]",
                })
        void contentOutsideTheBodyHasNoBound(String url, String fields) {
            assertThat(input("gpt-4o", Requests.line(url, fields)).atMost()).isEmpty();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '"',
                value = {
                    "/v1/messages|'messages':[{'role':'user','content':[{'type':'document','source':{'type':'text','media_type':'text/plain','data':'hello'}}]}]",
                    "/v1/messages|'messages':[{'role':'assistant','content':[{'type':'tool_use','id':'t','name':'f','input':{'file':'a.txt'}}]}]",
                    "/v1/chat/completions|'messages':[],'tools':[{'type':'function','function':{'name':'f','parameters':{'properties':{'source':{}}}}}]",
                    "/v1/responses|'input':'x','previous_response_id':null",
                })
        void similarFieldsKeepTheBound(String url, String fields) {
            assertThat(input("gpt-4o", Requests.line(url, fields)).atMost()).isPresent();
        }
    }

    @Nested
    class Answers {
        @Test
        void limitIsMultipliedByChoicesAndPrompts() {
            RequestLine line =
                    Requests.line("/v1/completions", "'prompt':['a','b'],'max_tokens':50,'n':3");

            assertThat(output(line, model("x")))
                    .isEqualTo(new TokenCount(300, 0, OptionalLong.of(300)));
        }

        @Test
        void answerWithoutLimitHasNoBound() {
            assertThat(output(Requests.chat("hi"), model("x")))
                    .isEqualTo(new TokenCount(100, 0, OptionalLong.empty()));
        }

        @Test
        void countThatOverflowsALongHasNoBound() {
            RequestLine line =
                    Requests.line("/v1/responses", "'input':'x','max_output_tokens':50,'n':1e18");

            assertThat(output(line, model("x")).atMost()).isEmpty();
        }

        @Test
        void embeddingsHaveNoOutput() {
            assertThat(output(Requests.line("/v1/embeddings", "'input':'x'"), model("x")))
                    .isEqualTo(TokenCount.exactly(0));
        }
    }

    @Nested
    class QuickEstimate {
        @Test
        void estimateIsNearTheTokenizerForProse() {
            RequestLine line =
                    Requests.chat(
                            "The parcel arrived on Monday, but the box was open and two of the cups were broken. "
                                    .repeat(10));

            assertThat(QuickTokenEstimate.inputTokens(line))
                    .isCloseTo(input("gpt-4o", line).estimate(), Percentage.withPercentage(30));
        }

        @Test
        void longBase64CountsAsOneMediaItem() {
            RequestLine line = Requests.chat("look " + "QUJD".repeat(100_000) + " there");

            assertThat(QuickTokenEstimate.inputTokens(line)).isBetween(1_024L, 1_500L);
        }
    }
}
