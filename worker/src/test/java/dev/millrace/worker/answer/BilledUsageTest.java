package dev.millrace.worker.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.ServiceUse;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.usage.UsageDoubt;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.wire.stream.ExpectedAnswer;
import dev.millrace.wire.stream.StreamLimits;
import dev.millrace.wire.stream.StreamedAnswer;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers in the forms that providers use, and their costs. */
class BilledUsageTest {

    private static TokenUsage usage(Endpoint endpoint, String body) {
        return ((Billing.Billed) billing(endpoint, body)).usage();
    }

    private static Billing billing(Endpoint endpoint, String body) {
        return billing(endpoint, body, 200, Map.of());
    }

    private static Billing billing(
            Endpoint endpoint, String body, int status, Map<String, String> headers) {
        var answer =
                new ExchangeEnd.Responded(
                        status, new ResponseHeaders(headers), body.getBytes(UTF_8));
        return AnswerClassifier.verdict(new ExpectedAnswer(endpoint, true), answer, Instant.EPOCH)
                .billing();
    }

    private static TokenUsage chat(String usage) {
        return usage(
                Endpoint.CHAT_COMPLETIONS,
                """
                {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m",
                "choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},
                "finish_reason":"stop"}],"usage":%s}"""
                        .formatted(usage));
    }

    private static TokenUsage message(String usage) {
        return usage(
                Endpoint.MESSAGES,
                """
                {"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5",
                "content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","usage":%s}"""
                        .formatted(usage));
    }

    private static BigDecimal usd(String amount) {
        return new BigDecimal(amount);
    }

    @Nested
    class StatedCosts {
        private static Optional<BigDecimal> stated(
                String cost, int status, Map<String, String> headers) {
            String body =
                    """
                    {"choices":[{"message":{"content":"Hi"}}],
                    "usage":{"prompt_tokens":9,"completion_tokens":2%s}}"""
                            .formatted(cost);
            Billing billing = billing(Endpoint.CHAT_COMPLETIONS, body, status, headers);
            return ((Billing.Billed) billing).statedUsd();
        }

        @ParameterizedTest
        @ValueSource(ints = {200, 201, 500})
        void areOfTheBodyWhateverItsStatus(int status) {
            assertThat(stated(",\"cost\":0.02", status, Map.of())).contains(usd("0.02"));
        }

        @Test
        void areOfTheRelaysHeaderFirst() {
            assertThat(stated(",\"cost\":0.02", 200, Map.of("X-LiteLLM-Response-Cost", "0.03")))
                    .contains(usd("0.03"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"-1", "NaN", "-Infinity", "\"1\"", "[]", "1e999", "1e99999999999"})
        void neverMakeAPaidAnswerUnusable(String cost) {
            assertThat(stated(",\"cost\":" + cost, 200, Map.of("x-nr-request-cost", "none")))
                    .isEmpty();
        }

        @Test
        void areOfAStreamsLastUsage() {
            var expected = new ExpectedAnswer(Endpoint.CHAT_COMPLETIONS, true);
            var stream = new StreamedAnswer(expected, new StreamLimits(2_000, 2_000, 500));
            byte[] events =
                    """
                    data: {"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}

                    data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"cost":1.2e-7}}

                    data: [DONE]

                    """
                            .getBytes(UTF_8);
            stream.accept(events, 0, events.length);
            var end = new ExchangeEnd.Streamed(ResponseHeaders.NONE, stream.finish(), 0);

            assertThat(AnswerClassifier.verdict(expected, end, Instant.EPOCH).billing())
                    .isEqualTo(
                            new Billing.Billed(
                                    TokenUsage.of(9, 2),
                                    ServiceUse.NONE,
                                    Set.of(),
                                    Optional.of(usd("1.2e-7"))));
        }
    }

    @Nested
    class ImpossibleCounts {
        private static final String ANSWER =
                "{\"choices\":[{\"message\":%s}],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":%s}}";

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"content\":\"Hi\"}",
                    "{\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]}",
                    "{\"content\":null,\"tool_calls\":[{\"function\":{\"name\":\"f\"}}]}",
                    "{\"content\":\"\",\"reasoning_content\":\"Hm\"}"
                })
        void ofAnAnswerWithoutOutputTokensAreUncertain(String message) {
            assertThat(billing(Endpoint.CHAT_COMPLETIONS, ANSWER.formatted(message, "0")))
                    .isEqualTo(new Billing.Uncertain(Set.of(UsageDoubt.NO_OUTPUT)));
        }

        @Test
        void ofAMessageWithoutOutputTokensAreUncertain() {
            assertThat(
                            billing(
                                    Endpoint.MESSAGES,
                                    """
                                    {"content":[{"type":"text","text":"Hi"}],
                                    "usage":{"input_tokens":9,"output_tokens":0}}"""))
                    .isEqualTo(new Billing.Uncertain(Set.of(UsageDoubt.NO_OUTPUT)));
        }

        @Test
        void ofAResponseWithoutOutputTokensAreUncertain() {
            assertThat(
                            billing(
                                    Endpoint.RESPONSES,
                                    """
                                    {"output":[{"type":"message","content":[
                                    {"type":"output_text","text":"Hi"}]}],
                                    "usage":{"input_tokens":9,"output_tokens":0}}"""))
                    .isEqualTo(new Billing.Uncertain(Set.of(UsageDoubt.NO_OUTPUT)));
        }

        @ParameterizedTest
        @ValueSource(strings = {"{\"content\":\"\"}", "{\"role\":\"assistant\",\"content\":null}"})
        void areTrueForAnAnswerThatIsEmpty(String message) {
            assertThat(billing(Endpoint.CHAT_COMPLETIONS, ANSWER.formatted(message, "0")))
                    .isEqualTo(new Billing.Billed(TokenUsage.of(9, 0)));
        }

        @Test
        void atTheUsualPlaceYieldToThoseElsewhere() {
            assertThat(
                            usage(
                                    Endpoint.CHAT_COMPLETIONS,
                                    """
                                    {"choices":[{"message":{"content":"Hi"}}],
                                    "usage":{"prompt_tokens":0,"completion_tokens":0},
                                    "x_groq":{"usage":{"prompt_tokens":9,"completion_tokens":2}}}"""))
                    .isEqualTo(TokenUsage.of(9, 2));
        }

        @Test
        void ofLlamaCppAreInItsTimings() {
            assertThat(
                            usage(
                                    Endpoint.CHAT_COMPLETIONS,
                                    """
                                    {"choices":[{"message":{"content":"Hi"}}],
                                    "timings":{"cache_n":236,"prompt_n":1,"prompt_ms":30.958,
                                    "predicted_n":35,"predicted_ms":661.064}}"""))
                    .isEqualTo(new TokenUsage(237, 236, 0, 35, 0));
        }
    }

    @Nested
    class ChatCompletions {
        @Test
        void openAiCountsIncludeCacheAndReasoning() {
            var usage =
                    chat(
                            """
                            {"prompt_tokens":1486,"completion_tokens":651,"total_tokens":2137,
                            "prompt_tokens_details":{"cached_tokens":1408,"audio_tokens":0},
                            "completion_tokens_details":{"reasoning_tokens":512,"audio_tokens":0,
                            "accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}""");

            assertThat(usage).isEqualTo(new TokenUsage(1_486, 1_408, 0, 651, 512));
            // 78 × 2.50 + 1,408 × 0.625 + 651 × 8
            assertThat(
                            new Price(
                                            usd("2.50"),
                                            usd("0.625"),
                                            usd("2.50"),
                                            usd("8"),
                                            Optional.empty())
                                    .costOf(usage))
                    .isEqualTo(usd("0.006283"));
        }

        @Test
        void deepSeekReportsCachedTokensOutsideTheDetails() {
            assertThat(
                            chat(
                                    """
                                    {"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,
                                    "prompt_cache_hit_tokens":64,"prompt_cache_miss_tokens":36,
                                    "completion_tokens_details":{"reasoning_tokens":8}}"""))
                    .isEqualTo(new TokenUsage(100, 64, 0, 20, 8));
        }

        @Test
        void moonshotReportsCachedTokensWithoutDetails() {
            assertThat(
                            chat(
                                    """
                                    {"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,
                                    "cached_tokens":70}"""))
                    .isEqualTo(new TokenUsage(100, 70, 0, 20, 0));
        }

        @Test
        void xaiOutputExcludesReasoning() {
            assertThat(
                            chat(
                                    """
                                    {"prompt_tokens":32,"completion_tokens":9,"total_tokens":135,
                                    "prompt_tokens_details":{"text_tokens":32,"audio_tokens":0,
                                    "image_tokens":0,"cached_tokens":6},
                                    "completion_tokens_details":{"reasoning_tokens":94,
                                    "audio_tokens":0},"num_sources_used":0,
                                    "cost_in_usd_ticks":9000000000000}"""))
                    .isEqualTo(new TokenUsage(32, 6, 0, 103, 94));
        }

        @Test
        void geminiReportsReasoningOnlyInTheTotal() {
            assertThat(
                            chat(
                                    """
                                    {"completion_tokens":102,"prompt_tokens":758,
                                    "total_tokens":1725}"""))
                    .isEqualTo(new TokenUsage(758, 0, 0, 967, 0));
        }

        @Test
        void geminiMayOmitOutputThatIsAllReasoning() {
            assertThat(chat("{\"prompt_tokens\":8,\"total_tokens\":108}"))
                    .isEqualTo(new TokenUsage(8, 0, 0, 100, 0));
        }

        @Test
        void reasoningAboveOutputIsAddedWithoutATotal() {
            assertThat(
                            chat(
                                    """
                                    {"prompt_tokens":5,"completion_tokens":10,
                                    "completion_tokens_details":{"reasoning_tokens":30}}"""))
                    .isEqualTo(new TokenUsage(5, 0, 0, 40, 30));
        }

        @Test
        void openRouterReportsCacheWrites() {
            assertThat(
                            chat(
                                    """
                                    {"completion_tokens":2,
                                    "completion_tokens_details":{"reasoning_tokens":0},
                                    "cost":0.95,"cost_details":{"upstream_inference_cost":19},
                                    "prompt_tokens":194,"prompt_tokens_details":{"cached_tokens":0,
                                    "cache_write_tokens":100,"audio_tokens":0},
                                    "total_tokens":196}"""))
                    .isEqualTo(new TokenUsage(194, 0, 100, 2, 0));
        }

        @Test
        void alibabaReportsCacheWrites() {
            assertThat(
                            chat(
                                    """
                                    {"prompt_tokens":2000,"completion_tokens":10,
                                    "total_tokens":2010,"prompt_tokens_details":{"cached_tokens":0,
                                    "cache_creation":{"ephemeral_5m_input_tokens":1900},
                                    "cache_creation_input_tokens":1900,
                                    "cache_type":"ephemeral"}}"""))
                    .isEqualTo(new TokenUsage(2_000, 0, 1_900, 10, 0));
        }

        @Test
        void detailsAreOptional() {
            assertThat(
                            chat(
                                    """
                                    {"prompt_tokens":20,"total_tokens":25,"completion_tokens":5,
                                    "prompt_tokens_details":null}"""))
                    .isEqualTo(TokenUsage.of(20, 5));
        }

        @Test
        void tokensOfTheCacheThatExceedTheInputAreBeside() {
            assertThat(
                            chat(
                                    """
                                    {"prompt_tokens":20,"completion_tokens":5,
                                    "prompt_tokens_details":{"cached_tokens":30,
                                    "cache_write_tokens":30}}"""))
                    .isEqualTo(new TokenUsage(80, 30, 30, 5, 0));
        }

        @Test
        void usageOfABodyThatIsNotJsonIsBilled() {
            var billing =
                    billing(
                            Endpoint.CHAT_COMPLETIONS,
                            """
                            {"choices":[{"index":0,"message":{"content":"Hi"},
                            "logprobs":{"content":[{"token":"H","logprob":-Infinity}]}}],
                            "usage":{"prompt_tokens":100,"completion_tokens":20}}""");

            assertThat(billing).isEqualTo(new Billing.Billed(TokenUsage.of(100, 20)));
        }

        @Test
        void usageMayStandInAChoice() {
            assertThat(
                            billing(
                                    Endpoint.CHAT_COMPLETIONS,
                                    """
                                    {"choices":[{"index":0,"message":{"content":"Hi"},
                                    "usage":{"prompt_tokens":7,"completion_tokens":2}}]}"""))
                    .isEqualTo(new Billing.Billed(TokenUsage.of(7, 2)));
        }

        @Test
        void failureWithoutTokensIsFree() {
            assertThat(
                            billing(
                                    Endpoint.CHAT_COMPLETIONS,
                                    """
                                    {"error":{"message":"no"},"choices":[],
                                    "usage":{"prompt_tokens":0,"completion_tokens":0}}"""))
                    .isEqualTo(new Billing.Billed(TokenUsage.NONE));
        }
    }

    @Nested
    class Completions {
        @Test
        void usageIsCountedAsForChats() {
            assertThat(
                            usage(
                                    Endpoint.COMPLETIONS,
                                    """
                                    {"id":"cmpl-1","object":"text_completion","choices":[{"text":"x",
                                    "index":0,"logprobs":null,"finish_reason":"length"}],
                                    "usage":{"prompt_tokens":5,"completion_tokens":7,
                                    "total_tokens":12}}"""))
                    .isEqualTo(TokenUsage.of(5, 7));
        }
    }

    @Nested
    class Responses {
        @Test
        void countsIncludeCacheAndReasoning() {
            assertThat(
                            usage(
                                    Endpoint.RESPONSES,
                                    """
                                    {"id":"resp_1","object":"response","status":"completed",
                                    "error":null,"output":[{"type":"message"}],
                                    "usage":{"input_tokens":328,
                                    "input_tokens_details":{"cached_tokens":256},
                                    "output_tokens":52,
                                    "output_tokens_details":{"reasoning_tokens":40},
                                    "total_tokens":380}}"""))
                    .isEqualTo(new TokenUsage(328, 256, 0, 52, 40));
        }

        @Test
        void failedResponsesAreBilledByTheirUsage() {
            assertThat(
                            usage(
                                    Endpoint.RESPONSES,
                                    """
                                    {"id":"resp_1","status":"failed","output":[],
                                    "error":{"code":"server_error","message":"x"},
                                    "usage":{"input_tokens":9,"output_tokens":3}}"""))
                    .isEqualTo(TokenUsage.of(9, 3));
        }

        @Test
        void missingUsageIsUncertain() {
            assertThat(
                            billing(
                                    Endpoint.RESPONSES,
                                    "{\"status\":\"queued\",\"output\":[],\"usage\":null}"))
                    .isEqualTo(Billing.UNCERTAIN);
        }
    }

    @Nested
    class Messages {
        /** The published prices of a model, including prices of long inputs. */
        private final Price price =
                new Price(
                        usd("3"),
                        usd("0.30"),
                        usd("3.75"),
                        usd("6"),
                        usd("15"),
                        Optional.of(
                                new Price.LongContext(
                                        200_000,
                                        usd("6"),
                                        usd("0.60"),
                                        usd("7.50"),
                                        usd("12"),
                                        usd("22.50"))));

        @Test
        void cacheWritesAreReportedByTimeToLive() {
            var usage =
                    message(
                            """
                            {"input_tokens":10,"cache_creation_input_tokens":556,
                            "cache_read_input_tokens":1800,
                            "cache_creation":{"ephemeral_5m_input_tokens":456,
                            "ephemeral_1h_input_tokens":100},"output_tokens":503,
                            "service_tier":"standard"}""");

            assertThat(usage).isEqualTo(new TokenUsage(2_366, 1_800, 556, 100, 503, 0));
            // 10 × 3 + 1,800 × 0.30 + 456 × 3.75 + 100 × 6 + 503 × 15
            assertThat(price.costOf(usage)).isEqualTo(usd("0.010425"));
        }

        @Test
        void cacheWritesMayBeReportedOnlyInTotal() {
            assertThat(
                            message(
                                    """
                                    {"input_tokens":10,"cache_creation_input_tokens":50,
                                    "cache_read_input_tokens":null,"output_tokens":5}"""))
                    .isEqualTo(new TokenUsage(60, 0, 50, 0, 5, 0));
        }

        @Test
        void cacheWritesMayBeReportedOnlyByTimeToLive() {
            assertThat(
                            message(
                                    """
                                    {"input_tokens":10,"cache_read_input_tokens":1000,
                                    "output_tokens":100,
                                    "cache_creation":{"ephemeral_5m_input_tokens":0,
                                    "ephemeral_1h_input_tokens":200},
                                    "output_tokens_details":{"thinking_tokens":40}}"""))
                    .isEqualTo(new TokenUsage(1_210, 1_000, 200, 200, 100, 40));
        }

        @Test
        void cachedInputCountsTowardsALongPrompt() {
            var usage =
                    message(
                            """
                            {"input_tokens":1,"cache_creation_input_tokens":100000,
                            "cache_read_input_tokens":100000,
                            "cache_creation":{"ephemeral_5m_input_tokens":0,
                            "ephemeral_1h_input_tokens":100000},"output_tokens":10}""");

            // 1 × 6 + 100,000 × 0.60 + 100,000 × 12 + 10 × 22.50
            assertThat(price.costOf(usage)).isEqualTo(usd("1.260231"));
        }

        @Test
        void otherCountsAreNotTokens() {
            assertThat(
                            message(
                                    """
                                    {"input_tokens":10,"output_tokens":5,
                                    "server_tool_use":{"web_search_requests":3}}"""))
                    .isEqualTo(TokenUsage.of(10, 5));
        }
    }

    @Nested
    class Embeddings {
        private static TokenUsage embedding(String usage) {
            return usage(
                    Endpoint.EMBEDDINGS,
                    """
                    {"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.1]}],
                    "model":"m","usage":%s}"""
                            .formatted(usage));
        }

        @Test
        void embeddingsHaveNoOutput() {
            assertThat(embedding("{\"prompt_tokens\":8,\"total_tokens\":8}"))
                    .isEqualTo(TokenUsage.of(8, 0));
        }

        @Test
        void voyageReportsOnlyTheTotal() {
            assertThat(embedding("{\"total_tokens\":10}")).isEqualTo(TokenUsage.of(10, 0));
        }
    }
}
