package dev.millrace.contracts.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.money.TokenUsage;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Usage objects of real servers, and counts that contradict each other. */
class UsageRulesTest {

    private static ReportedUsage chat(String usage) {
        return Usages.read(Endpoint.CHAT_COMPLETIONS, usage);
    }

    private static ReportedUsage message(String usage) {
        return Usages.read(Endpoint.MESSAGES, usage);
    }

    private static ReportedUsage log(String usage) {
        return Usages.read(null, usage);
    }

    private static ReportedUsage certain(TokenUsage usage) {
        return new ReportedUsage(Optional.of(usage), Set.of());
    }

    private static ReportedUsage doubtful(TokenUsage usage, UsageDoubt doubt) {
        return new ReportedUsage(Optional.of(usage), Set.of(doubt));
    }

    @Nested
    class TypesOfCounts {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"prompt_tokens\":100.0,\"completion_tokens\":20.0,\"total_tokens\":120.0}",
                    "{\"prompt_tokens\":\"100\",\"completion_tokens\":\"20\",\"total_tokens\":\"120\"}",
                    "{\"prompt_tokens\":1e2,\"completion_tokens\":\" 20.0 \",\"total_tokens\":null}",
                    "{\"prompt_tokens\":100,\"completion_tokens\":20,\"total_tokens\":0,"
                            + "\"prompt_tokens_details\":null,"
                            + "\"completion_tokens_details\":{\"reasoning_tokens\":null}}",
                    "{\"promptTokens\":100,\"completionTokens\":20,\"totalTokens\":120}"
                })
        void doNotMatter(String usage) {
            assertThat(chat(usage)).isEqualTo(certain(TokenUsage.of(100, 20)));
        }

        @Test
        void fractionIsRoundedUp() {
            assertThat(chat("{\"prompt_tokens\":14417.92,\"completion_tokens\":1}"))
                    .isEqualTo(doubtful(TokenUsage.of(14_418, 1), UsageDoubt.FRACTION));
        }

        @ParameterizedTest
        @CsvSource({
            "-5, NEGATIVE",
            "\"-5\", NEGATIVE",
            "\"many\", NOT_A_NUMBER",
            "\"2.000\", NOT_A_NUMBER",
            "1000000001, IMPLAUSIBLE",
            "1e15, IMPLAUSIBLE",
            "99999999999999999999999, IMPLAUSIBLE"
        })
        void unusableCountOfADetailCountsAsMissing(String count, UsageDoubt doubt) {
            assertThat(
                            chat(
                                    "{\"prompt_tokens\":9,\"completion_tokens\":2,\"cached_tokens\":%s}"
                                            .formatted(count)))
                    .isEqualTo(doubtful(TokenUsage.of(9, 2), doubt));
        }

        @ParameterizedTest
        @ValueSource(strings = {"[1]", "true", "{}", "{\"x\":{\"y\":{\"z\":{\"a\":{}}}}}", "\"\""})
        void otherValuesCountAsMissing(String count) {
            assertThat(chat("{\"prompt_tokens\":%s,\"completion_tokens\":2}".formatted(count)))
                    .isEqualTo(ReportedUsage.NONE);
        }
    }

    @Nested
    class CacheWrites {
        @Test
        void ofLiteLlmHaveTheirDurations() {
            assertThat(
                            chat(
                                    """
                                    {"prompt_tokens":9005,"completion_tokens":400,"total_tokens":9405,
                                    "prompt_tokens_details":{"cached_tokens":0,
                                    "cache_creation_tokens":9000,"cache_creation_token_details":{
                                    "ephemeral_5m_input_tokens":8000,
                                    "ephemeral_1h_input_tokens":1000}},
                                    "cache_creation_input_tokens":9000,
                                    "cache_read_input_tokens":0}"""))
                    .isEqualTo(certain(new TokenUsage(9_005, 0, 9_000, 1_000, 400, 0)));
        }

        @Test
        void ofAlibabaHaveTheirDurations() {
            assertThat(
                            chat(
                                    """
                                    {"prompt_tokens":2000,"completion_tokens":10,"total_tokens":2010,
                                    "prompt_tokens_details":{"cached_tokens":0,
                                    "cache_creation":{"ephemeral_5m_input_tokens":1900},
                                    "cache_creation_input_tokens":1900}}"""))
                    .isEqualTo(certain(new TokenUsage(2_000, 0, 1_900, 0, 10, 0)));
        }

        @ParameterizedTest
        @CsvSource({
            // sum, minutes, hour, written, written for an hour, doubtful
            "9000, 8000, 1000, 9000, 1000, false",
            "9000, 0, 0, 9000, 0, false",
            "0, 8000, 1000, 9000, 1000, false",
            "9000, 0, 1000, 9000, 1000, false",
            "9000, 5000, 1000, 9000, 4000, true",
            "9000, 8000, 2000, 10000, 2000, true"
        })
        void mayDifferFromTheirSum(
                long sum, long minutes, long hour, long written, long longest, boolean isDoubtful) {
            ReportedUsage read =
                    message(
                            """
                            {"input_tokens":5,"output_tokens":1,"cache_creation_input_tokens":%d,
                            "cache_creation":{"ephemeral_5m_input_tokens":%d,
                            "ephemeral_1h_input_tokens":%d}}"""
                                    .formatted(sum, minutes, hour));

            var usage = new TokenUsage(5 + written, 0, written, longest, 1, 0);
            assertThat(read)
                    .isEqualTo(
                            isDoubtful ? doubtful(usage, UsageDoubt.CACHE_WRITES) : certain(usage));
        }
    }

    @Nested
    class TokensOfTheCache {
        @Test
        void areBesideThePromptIfTheTotalSaysSo() {
            assertThat(
                            chat(
                                    """
                                    {"prompt_tokens":412,"completion_tokens":23,"total_tokens":10235,
                                    "cache_read_input_tokens":9800,
                                    "cache_creation_input_tokens":0}"""))
                    .isEqualTo(certain(new TokenUsage(10_212, 9_800, 0, 23, 0)));
        }

        @Test
        void areBesideALargerPromptIfTheTotalSaysSo() {
            assertThat(
                            chat(
                                    """
                                    {"prompt_tokens":500,"completion_tokens":20,"total_tokens":920,
                                    "prompt_tokens_details":{"cached_tokens":400}}"""))
                    .isEqualTo(certain(new TokenUsage(900, 400, 0, 20, 0)));
        }

        @Test
        void mayBePartlyWithinThePrompt() {
            assertThat(
                            chat(
                                    """
                                    {"prompt_tokens":100,"completion_tokens":7,"total_tokens":157,
                                    "cache_read_input_tokens":90,
                                    "cache_creation_input_tokens":50}"""))
                    .isEqualTo(certain(new TokenUsage(150, 90, 50, 7, 0)));
        }

        @Test
        void thatExceedThePromptAreBesideIt() {
            // BerriAI/litellm#15056
            assertThat(
                            chat(
                                    """
                                    {"completion_tokens":467,"prompt_tokens":31,"total_tokens":498,
                                    "prompt_tokens_details":{"cached_tokens":0},
                                    "cache_creation_input_tokens":1253,
                                    "cache_read_input_tokens":0}"""))
                    .isEqualTo(doubtful(new TokenUsage(1_284, 0, 1_253, 467, 0), UsageDoubt.CACHE));
        }

        @Test
        void areNeverWithinTheInputOfMessages() {
            assertThat(
                            message(
                                    """
                                    {"input_tokens":500,"output_tokens":20,"total_tokens":520,
                                    "cache_read_input_tokens":400}"""))
                    .isEqualTo(certain(new TokenUsage(900, 400, 0, 20, 0)));
        }

        @Test
        void mayBeAllInput() {
            assertThat(
                            message(
                                    """
                                    {"input_tokens":0,"output_tokens":20,
                                    "cache_read_input_tokens":400}"""))
                    .isEqualTo(certain(new TokenUsage(400, 400, 0, 20, 0)));
        }

        @Test
        void ofDeepSeekAddUpToThePrompt() {
            assertThat(
                            chat(
                                    """
                                    {"prompt_tokens":142,"completion_tokens":9,"total_tokens":151,
                                    "prompt_tokens_details":{"cached_tokens":128},
                                    "prompt_cache_hit_tokens":128,
                                    "prompt_cache_miss_tokens":14}"""))
                    .isEqualTo(certain(new TokenUsage(142, 128, 0, 9, 0)));
        }

        @Test
        void underTwoNamesCountOnce() {
            assertThat(
                            chat(
                                    """
                                    {"prompt_tokens":142,"completion_tokens":9,"cached_tokens":100,
                                    "cache_read_input_tokens":128}"""))
                    .isEqualTo(doubtful(new TokenUsage(142, 128, 0, 9, 0), UsageDoubt.NAMES));
        }
    }

    @Nested
    class TheTotal {
        @ParameterizedTest
        @CsvSource({
            // prompt, completion, reasoning, total, output, doubt
            "32, 9, 94, 135, 103, ",
            "32, 100, 94, 226, 194, ",
            "32, 100, 94, 132, 100, ",
            "21, 0, 60, 81, 60, ",
            "758, 102, 0, 1725, 967, HIDDEN",
            "5, 10, 30, 0, 40, ",
            "100, 20, 0, 110, 20, TOTAL",
            "100, 20, 0, 1, 20, TOTAL"
        })
        void decidesAboutReasoning(
                long prompt,
                long completion,
                long reasoning,
                long total,
                long output,
                UsageDoubt doubt) {
            ReportedUsage read =
                    chat(
                            """
                            {"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d,
                            "completion_tokens_details":{"reasoning_tokens":%d}}"""
                                    .formatted(prompt, completion, total, reasoning));

            var usage = new TokenUsage(prompt, 0, 0, output, reasoning);
            assertThat(read).isEqualTo(doubt == null ? certain(usage) : doubtful(usage, doubt));
        }

        @Test
        void replacesAMissingOutput() {
            assertThat(chat("{\"prompt_tokens\":8,\"total_tokens\":108}"))
                    .isEqualTo(certain(TokenUsage.of(8, 100)));
        }

        @Test
        void countsNeitherCitationsNorReasoningOfPerplexity() {
            assertThat(
                            chat(
                                    """
                                    {"prompt_tokens":7,"completion_tokens":3581,"total_tokens":3588,
                                    "citation_tokens":20016,"reasoning_tokens":73997}"""))
                    .isEqualTo(certain(new TokenUsage(20_023, 0, 0, 77_578, 73_997)));
        }

        @Test
        void isTheInputOfEmbeddingsWithoutAPrompt() {
            assertThat(Usages.read(Endpoint.EMBEDDINGS, "{\"total_tokens\":10}"))
                    .isEqualTo(certain(TokenUsage.of(10, 0)));
        }
    }

    @Nested
    class Iterations {
        @Test
        void ofACompactionAreNotInTheCountsAroundThem() {
            assertThat(
                            message(
                                    """
                                    {"input_tokens":23000,"output_tokens":1000,"iterations":[
                                    {"type":"compaction","input_tokens":180000,"output_tokens":3500},
                                    {"type":"message","input_tokens":23000,"output_tokens":1000}]}"""))
                    .isEqualTo(certain(TokenUsage.of(203_000, 4_500)));
        }

        @Test
        void mayBeOne() {
            assertThat(
                            message(
                                    """
                                    {"input_tokens":10,"output_tokens":5,"cache_read_input_tokens":3,
                                    "iterations":[{"type":"message","input_tokens":10,
                                    "output_tokens":5,"cache_read_input_tokens":3}]}"""))
                    .isEqualTo(certain(new TokenUsage(13, 3, 0, 5, 0)));
        }

        @ParameterizedTest
        @ValueSource(strings = {"null", "[]", "[null, 7, []]", "{}", "\"x\""})
        void mayBeMissing(String iterations) {
            assertThat(
                            message(
                                    "{\"input_tokens\":10,\"iterations\":%s,\"output_tokens\":5}"
                                            .formatted(iterations)))
                    .isEqualTo(certain(TokenUsage.of(10, 5)));
        }
    }

    @Nested
    class OtherApis {
        @Test
        void geminiCountsThoughtsAndToolResultsBeside() {
            assertThat(
                            log(
                                    """
                                    {"promptTokenCount":100,"cachedContentTokenCount":60,
                                    "candidatesTokenCount":20,"thoughtsTokenCount":15,
                                    "toolUsePromptTokenCount":5,"totalTokenCount":140}"""))
                    .isEqualTo(certain(new TokenUsage(105, 60, 0, 35, 15)));
        }

        @Test
        void bedrockCountsTheCacheBeside() {
            assertThat(
                            log(
                                    """
                                    {"inputTokens":10,"outputTokens":5,"totalTokens":115,
                                    "cacheReadInputTokens":80,"cacheWriteInputTokens":20}"""))
                    .isEqualTo(certain(new TokenUsage(110, 80, 20, 5, 0)));
        }

        @Test
        void cohereBillsOtherTokensThanItCounts() {
            assertThat(
                            log(
                                    """
                                    {"billed_units":{"input_tokens":5,"output_tokens":418},
                                    "tokens":{"input_tokens":71,"output_tokens":418}}"""))
                    .isEqualTo(certain(TokenUsage.of(5, 418)));
        }

        @Test
        void zeroUnderOneNameIsNoNews() {
            // BerriAI/litellm#14884
            assertThat(
                            log(
                                    """
                                    {"completion_tokens":0,"prompt_tokens":0,"total_tokens":4520000,
                                    "input_tokens":2880000,"output_tokens":1640000,
                                    "input_tokens_details":{"cached_tokens":2150400},
                                    "output_tokens_details":{"reasoning_tokens":1500000}}"""))
                    .isEqualTo(
                            certain(new TokenUsage(2_880_000, 2_150_400, 0, 1_640_000, 1_500_000)));
        }
    }

    @Nested
    class ASum {
        @Test
        void ofAnthropicHasItsPartsBesideEachOther() {
            ReportedCounts counts =
                    Usages.counts(
                            """
                            {"uncached_input_tokens":1000,"cache_creation":{
                            "ephemeral_1h_input_tokens":2000,"ephemeral_5m_input_tokens":3000},
                            "cache_read_input_tokens":50000,"output_tokens":700}""");

            assertThat(counts.isOfSums()).isTrue();
            assertThat(UsageRules.ofSum(counts))
                    .isEqualTo(certain(new TokenUsage(56_000, 50_000, 5_000, 2_000, 700, 0)));
        }

        @Test
        void mayBeLargerThanARequest() {
            ReportedCounts counts =
                    Usages.counts("{\"input_tokens\":5000000000,\"num_model_requests\":7}");

            assertThat(counts.requests()).hasValue(7);
            assertThat(UsageRules.ofSum(counts))
                    .isEqualTo(certain(TokenUsage.of(5_000_000_000L, 0)));
        }
    }
}
