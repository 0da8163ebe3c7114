package dev.millrace.standalone.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.standalone.audit.log.LogLine.Billed;
import dev.millrace.standalone.audit.log.LogLine.NotBilled;
import dev.millrace.standalone.audit.log.LogLine.Unreadable;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogLineParserTest {
    private static final String COST_EVENT =
            """
            {"event_id":"0f1e2d3c4b5a69788796a5b4c3d2e1f0-1","final":true,"tenant":"acme","batch":"b",\
            "job_id":"0f1e2d3c4b5a69788796a5b4c3d2e1f0","model":"deepseek-v3.2","provider":"deepseek",\
            "attempt":1,"kind":"KIND","input_tokens":240,"cached_input_tokens":40,"cache_write_tokens":30,\
            "cache_write_1h_tokens":10,"output_tokens":228,"reasoning_tokens":8,"cost_usd":0.00033588,\
            "saved_usd":0,"reserved_usd":0}\
            """;

    private static LogLine parse(String line) {
        List<LogLine> content = new LogLineParser().parse(line.getBytes(StandardCharsets.UTF_8));
        assertThat(content).hasSize(1);
        return content.getFirst();
    }

    private static Billed billed(String line) {
        assertThat(parse(line)).isInstanceOf(Billed.class);
        return (Billed) parse(line);
    }

    private static Optional<Instant> time(Billed billed) {
        return billed.period().map(LogLine.Period::from);
    }

    private static String reason(String line) {
        assertThat(parse(line)).isInstanceOf(Unreadable.class);
        return ((Unreadable) parse(line)).reason();
    }

    @Nested
    class OpenAi {
        @Test
        void chatCompletionHasCachedAndReasoningTokens() {
            Billed chat =
                    billed(
                            """
                            {"id":"c","object":"chat.completion","created":1790935200,"model":"gpt-4.1-2025-04-14",
                             "choices":[{"message":{"role":"assistant","content":"{\\"usage\\":1}"}}],
                             "usage":{"prompt_tokens":2006,"completion_tokens":300,"total_tokens":2306,
                              "prompt_tokens_details":{"cached_tokens":1920,"audio_tokens":0},
                              "completion_tokens_details":{"reasoning_tokens":64}}}\
                            """);

            assertThat(chat.model()).isEqualTo("gpt-4.1-2025-04-14");
            assertThat(chat.usage()).isEqualTo(new TokenUsage(2006, 1920, 0, 300, 64));
            assertThat(time(chat)).contains(Instant.parse("2026-10-02T10:00:00Z"));
            assertThat(chat.spentUsd()).isEmpty();
        }

        @Test
        void batchOutputHasTheUsageOfItsBody() {
            Billed line =
                    billed(
                            """
                            {"id":"b","custom_id":"t","response":{"status_code":200,"body":{"object":"response",
                             "created_at":1790935200,"model":"gpt-4.1","usage":{"input_tokens":3120,
                             "input_tokens_details":{"cached_tokens":1024},"output_tokens":845,
                             "output_tokens_details":{"reasoning_tokens":12},"total_tokens":3965}}},"error":null}\
                            """);

            assertThat(line.usage()).isEqualTo(new TokenUsage(3120, 1024, 0, 845, 12));
            assertThat(time(line)).isPresent();
        }

        @Test
        void failedBatchLineIsNotBilled() {
            assertThat(
                            parse(
                                    """
                                    {"id":"b","custom_id":"t","response":null,"error":{"code":"batch_expired"}}\
                                    """))
                    .isEqualTo(new NotBilled("failed requests"));
        }

        @Test
        void failedAnswerIsNotBilled() {
            assertThat(
                            parse(
                                    """
                                    {"response":{"status_code":429,"body":{"error":{"message":"slow down"}}}}\
                                    """))
                    .isEqualTo(new NotBilled("failed requests"));
        }

        @Test
        void embeddingHasNoOutput() {
            assertThat(
                            billed(
                                            """
                                            {"model":"e","usage":{"prompt_tokens":18,"total_tokens":18}}\
                                            """)
                                    .usage())
                    .isEqualTo(TokenUsage.of(18, 0));
        }

        @Test
        void reasoningOutsideOfTheOutputCountIsAdded() {
            assertThat(
                            billed(
                                            """
                                            {"model":"grok","usage":{"prompt_tokens":10,"completion_tokens":5,
                                             "total_tokens":45,"completion_tokens_details":{"reasoning_tokens":30}}}\
                                            """)
                                    .usage())
                    .isEqualTo(new TokenUsage(10, 0, 0, 35, 30));
        }
    }

    @Nested
    class Anthropic {
        @Test
        void inputIncludesTheTokensOfTheCache() {
            Billed message =
                    billed(
                            """
                            {"type":"message","model":"claude-sonnet-4-5-20250929","usage":{"input_tokens":12,
                             "cache_creation_input_tokens":5424,"cache_read_input_tokens":100,
                             "cache_creation":{"ephemeral_5m_input_tokens":1424,"ephemeral_1h_input_tokens":4000},
                             "output_tokens":467}}\
                            """);

            assertThat(message.usage()).isEqualTo(new TokenUsage(5536, 100, 5424, 4000, 467, 0));
        }

        @Test
        void batchResultHasTheUsageOfItsMessage() {
            assertThat(
                            billed(
                                            """
                                            {"custom_id":"t","result":{"type":"succeeded","message":{"model":"claude",
                                             "usage":{"input_tokens":9,"cache_read_input_tokens":0,"output_tokens":7}}}}\
                                            """)
                                    .usage())
                    .isEqualTo(TokenUsage.of(9, 7));
        }

        @Test
        void expiredBatchResultIsNotBilled() {
            assertThat(parse("{\"custom_id\":\"t\",\"result\":{\"type\":\"expired\"}}"))
                    .isEqualTo(new NotBilled("failed requests"));
        }
    }

    @Nested
    class LiteLlm {
        private static final String LOG =
                """
                {"request_id":"r","call_type":"acompletion","spend":SPEND,"total_tokens":2310,
                 "prompt_tokens":2100,"completion_tokens":210,"startTime":"2026-10-15 07:01:02.123",
                 "model":"openai/gpt-4.1","custom_llm_provider":"openai","cache_hit":"HIT","status":"STATUS",
                 "metadata":METADATA}\
                """;

        private static String log(String metadata) {
            return LOG.replace("SPEND", "3.0000000000000004e-05")
                    .replace("HIT", "False")
                    .replace("STATUS", "success")
                    .replace("METADATA", metadata);
        }

        @Test
        void spendLogHasItsExactSpend() {
            Billed line = billed(log("{}"));

            assertThat(line.model()).isEqualTo("openai/gpt-4.1");
            assertThat(line.usage()).isEqualTo(TokenUsage.of(2100, 210));
            assertThat(line.spentUsd().orElseThrow())
                    .isEqualByComparingTo("0.000030000000000000004");
            assertThat(time(line)).contains(Instant.parse("2026-10-15T07:01:02.123Z"));
        }

        @Test
        void cachedTokensComeFromTheUsageObject() {
            String metadata =
                    """
                    {"usage_object":{"prompt_tokens":2100,"prompt_tokens_details":{"cached_tokens":2000}}}\
                    """;

            assertThat(billed(log(metadata)).usage())
                    .isEqualTo(new TokenUsage(2100, 2000, 0, 210, 0));
        }

        @Test
        void metadataMayBeText() {
            String metadata =
                    """
                    "{\\"usage_object\\":{\\"cache_read_input_tokens\\":2000,\\"cache_creation_input_tokens\\":50}}\"\
                    """;

            assertThat(billed(log(metadata)).usage())
                    .isEqualTo(new TokenUsage(2100, 2000, 50, 210, 0));
        }

        @Test
        void inputThatIsSmallerThanTheTokensOfTheCacheExcludesThem() {
            String metadata =
                    """
                    {"usage_object":{"cache_read_input_tokens":9000,"cache_creation_input_tokens":50}}\
                    """;

            assertThat(billed(log(metadata)).usage().inputTokens()).isEqualTo(11_150);
        }

        @Test
        void answerFromTheCacheIsNotBilled() {
            assertThat(parse(log("{}").replace("\"False\"", "\"True\"")))
                    .isEqualTo(new NotBilled("answers from the cache"));
        }

        @Test
        void failureWithoutTokensIsNotBilled() {
            assertThat(
                            parse(
                                    """
                                    {"spend":0,"prompt_tokens":0,"completion_tokens":0,"model":"m","status":"failure"}\
                                    """))
                    .isEqualTo(new NotBilled("failed requests"));
        }
    }

    @Nested
    class Millrace {
        @Test
        void billedCostEventHasItsCost() {
            Billed event = billed(COST_EVENT.replace("KIND", "billed"));

            assertThat(event.model()).isEqualTo("deepseek-v3.2");
            assertThat(event.usage()).isEqualTo(new TokenUsage(240, 40, 30, 10, 228, 8));
            assertThat(event.spentUsd()).contains(new BigDecimal("0.00033588"));
        }

        @ParameterizedTest
        @CsvSource({
            "saved, answers from the cache",
            "uncertain, attempts that may have been billed",
            "none, jobs that ended without a bill"
        })
        void otherCostEventIsNotBilled(String kind, String reason) {
            assertThat(parse(COST_EVENT.replace("KIND", kind))).isEqualTo(new NotBilled(reason));
        }

        @Test
        void resultHasTheModelOfTheCatalogAndItsCost() {
            Billed result =
                    billed(
                            """
                            {"custom_id":"t","response":{"status_code":200,"body":{"model":"deepseek-chat",
                             "usage":{"prompt_tokens":5,"completion_tokens":6,"total_tokens":11}}},"error":null,
                             "millrace":{"model":"deepseek-v3.2","cache":"miss","cost_usd":0.000336}}\
                            """);

            assertThat(result.model()).isEqualTo("deepseek-v3.2");
            assertThat(result.spentUsd()).contains(new BigDecimal("0.000336"));
        }

        @Test
        void cachedResultIsNotBilled() {
            assertThat(
                            parse(
                                    """
                                    {"response":{"body":{"usage":{"prompt_tokens":5,"completion_tokens":6}}},
                                     "millrace":{"model":"m","cache":"hit","cost_usd":0}}\
                                    """))
                    .isEqualTo(new NotBilled("answers from the cache"));
        }
    }

    @Nested
    class ASimpleLine {
        @Test
        void hasInputAndOutput() {
            Billed line =
                    billed(
                            "{\"model\":\" m"
                                    + " \",\"usage\":{\"input_tokens\":7,\"output_tokens\":2.0}}");

            assertThat(line)
                    .isEqualTo(
                            Billed.request(
                                    "m",
                                    TokenUsage.of(7, 2),
                                    null,
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.empty()));
        }

        @ParameterizedTest
        @CsvSource({
            "1790935200, 2026-10-02T10:00:00Z",
            "1790935200.5, 2026-10-02T10:00:00.500Z",
            "1790935200123, 2026-10-02T10:00:00.123Z",
            "\"2026-10-02T12:00:00+02:00\", 2026-10-02T10:00:00Z",
            "\"2026-10-02 10:00:00+00\", 2026-10-02T10:00:00Z",
            "\"2026-10-02 10:00:00\", 2026-10-02T10:00:00Z",
            "\"2026-10-02 12:00:00.5+0200\", 2026-10-02T10:00:00.500Z",
            "\"2026-10-02 12:00:00.123456+02\", 2026-10-02T10:00:00.123456Z",
            "'\"2026-10-02 10:00:00,250\"', 2026-10-02T10:00:00.250Z",
            "\"2026-10-02T10:00:00.000000 UTC\", 2026-10-02T10:00:00Z",
            "\"2026-10-02T10:00Z\", 2026-10-02T10:00:00Z",
            "'\"Fri, 02 Oct 2026 10:00:00 GMT\"', 2026-10-02T10:00:00Z",
            "\"1790935200\", 2026-10-02T10:00:00Z",
            "\"1790935200123\", 2026-10-02T10:00:00.123Z",
            "1790935200123456, 2026-10-02T10:00:00.123456Z",
            "1790935200123456789, 2026-10-02T10:00:00.123456789Z",
            "\"2026-10-02\", 2026-10-02T00:00:00Z"
        })
        void hasItsTime(String written, Instant time) {
            String line =
                    "{\"model\":\"m\",\"time\":" + written + ",\"usage\":{\"input_tokens\":7}}";

            assertThat(time(billed(line))).contains(time);
        }

        @ParameterizedTest
        @CsvSource({
            "true, 1",
            "\"true\", 1",
            "\"True\", 1",
            "\"t\", 1",
            "1, 1",
            "\"False\", 0",
            "0, 0"
        })
        void mayBeAnAnswerFromACache(String hit, int answers) {
            LogLine content =
                    parse(
                            "{\"model\":\"m\",\"cache_hit\":%s,\"usage\":{\"input_tokens\":7}}"
                                    .formatted(hit));

            assertThat(content instanceof NotBilled).isEqualTo(answers == 1);
        }

        @Test
        void namesATimeThatIsNotUnderstood() {
            Billed line =
                    billed(
                            "{\"model\":\"m\",\"time\":\"10/15/2026\",\"usage\":{\"input_tokens\":7}}");

            assertThat(line.doubts())
                    .containsExactly("has a time that is not understood: 10/15/2026");
        }

        @ParameterizedTest
        @ValueSource(strings = {"\"yesterday\"", "0", "-5", "1e300", "true", "null", "[]"})
        void hasNoTimeIfItIsNotUnderstood(String written) {
            String line =
                    "{\"model\":\"m\",\"time\":" + written + ",\"usage\":{\"input_tokens\":7}}";

            assertThat(time(billed(line))).isEmpty();
        }
    }

    @Nested
    class AnUnreadableLine {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{\"model\":\"m\" | is not JSON",
                    "{} {} | is not JSON",
                    "7 | is not a JSON object",
                    "[7] | is not a JSON object",
                    "{\"model\":\"m\"} | has no token counts",
                    "{\"usage\":{\"input_tokens\":1}} | has no model",
                    "{\"model\":\"m\",\"usage\":{\"input_tokens\":-1}} | has wrong token counts: a"
                            + " count is negative",
                    "{\"model\":\"m\",\"usage\":{\"input_tokens\":1.5}} | has wrong token counts: a"
                            + " count is a fraction",
                    "{\"model\":\"m\",\"usage\":{\"input_tokens\":1e99999999}} | has wrong token"
                            + " counts: a count is not a number",
                    "{\"model\":\"m\",\"usage\":{\"input_tokens\":1},\"spend\":1e99999999} | has an"
                            + " implausible cost",
                    "{\"model\":\"m\",\"usage\":{\"input_tokens\":1},\"spend\":-1} | has an"
                            + " implausible cost"
                })
        void saysWhy(String line, String reason) {
            assertThat(reason(line)).startsWith(reason);
        }

        @Test
        void mayBeAnIncompleteCostEvent() {
            assertThat(reason("{\"event_id\":\"e\",\"kind\":\"billed\",\"cost_usd\":1}"))
                    .contains("must have");
        }

        @Test
        void mayHaveAVeryLongModelName() {
            assertThat(
                            reason(
                                    "{\"model\":\""
                                            + "m".repeat(257)
                                            + "\",\"usage\":{\"input_tokens\":1}}"))
                    .isEqualTo("has a model name of more than 256 characters");
        }
    }
}
