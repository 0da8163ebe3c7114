package dev.millrace.contracts.usage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.money.TokenUsage;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/**
 * Applies random changes to real usage objects. The bill must stay plausible, whatever a server
 * writes.
 */
class UsageProperties {
    /** More than all counts of a request together. */
    private static final long MOST = 5 * ReportedCounts.MAX_OF_REQUEST;

    private static final List<String> GOLDEN =
            List.of(
                    """
                    {"usage":{"prompt_tokens":9005,"completion_tokens":400,"total_tokens":9405,"prompt_tokens_details":{"cached_tokens":0,"cache_creation_tokens":9000,"cache_creation_token_details":{"ephemeral_5m_input_tokens":8000,"ephemeral_1h_input_tokens":1000}},"cache_creation_input_tokens":9000,"cache_read_input_tokens":0}}""",
                    """
                    {"usage":{"input_tokens":10,"cache_creation_input_tokens":556,"cache_read_input_tokens":1800,"cache_creation":{"ephemeral_5m_input_tokens":456,"ephemeral_1h_input_tokens":100},"output_tokens":503}}""",
                    """
                    {"usage":{"prompt_tokens":32,"completion_tokens":9,"total_tokens":135,"prompt_tokens_details":{"cached_tokens":6},"completion_tokens_details":{"reasoning_tokens":94}}}""",
                    """
                    {"usage":{"prompt_tokens":142,"completion_tokens":9,"prompt_cache_hit_tokens":128,"prompt_cache_miss_tokens":14}}""",
                    """
                    {"choices":[{"usage":{"prompt_tokens":"7","completion_tokens":2.0}}],"x_groq":{"usage":{"prompt_tokens":7}}}""",
                    """
                    {"usageMetadata":{"promptTokenCount":100,"cachedContentTokenCount":60,"candidatesTokenCount":20,"thoughtsTokenCount":15,"toolUsePromptTokenCount":5,"totalTokenCount":140}}""",
                    """
                    {"usage":{"uncached_input_tokens":1000,"cache_read_input_tokens":50000,"output_tokens":700,"num_model_requests":9}}""");

    private static final List<String> VALUES =
            List.of(
                    "0",
                    "1",
                    "-1",
                    "1e9",
                    "1e308",
                    "1e-9",
                    "999999999999999999999",
                    "0.5",
                    "null",
                    "\"\"",
                    "\"7\"",
                    "\"1,234\"",
                    "\"NaN\"",
                    "NaN",
                    "-Infinity",
                    "[]",
                    "{}",
                    "true",
                    "[[{\"a\":1}]]",
                    "9223372036854775807");

    private static final String ALPHABET = "{}[]\":,0123456789.-+eE_ntf\\ \n";

    private static String mutated(String body, long seed) {
        var random = new SplittableRandom(seed);
        var text = new StringBuilder(body);
        for (int i = random.nextInt(6); i >= 0; i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.setCharAt(at, ALPHABET.charAt(random.nextInt(ALPHABET.length())));
                case 1 -> text.deleteCharAt(at);
                case 2 -> text.insert(at, ALPHABET.charAt(random.nextInt(ALPHABET.length())));
                default -> replaceNumber(text, at, random);
            }
            if (text.isEmpty()) {
                text.append('{');
            }
        }
        return text.toString();
    }

    /** Replaces the next number by another value. */
    private static void replaceNumber(StringBuilder text, int from, RandomGenerator random) {
        int start = from;
        while (start < text.length() && !Character.isDigit(text.charAt(start))) {
            start++;
        }
        int end = start;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            end++;
        }
        text.replace(start, end, VALUES.get(random.nextInt(VALUES.size())));
    }

    @Provide
    static Arbitrary<@Nullable Endpoint> endpoints() {
        return Arbitraries.of(Endpoints.known().all()).injectNull(0.2);
    }

    @Provide
    static Arbitrary<String> goldens() {
        return Arbitraries.of(GOLDEN);
    }

    @Property(tries = 20_000)
    void changedUsageIsNeverAbsurd(
            @ForAll("goldens") String golden,
            @ForAll long seed,
            @ForAll("endpoints") @Nullable Endpoint endpoint) {
        byte[] body = mutated(golden, seed).getBytes(UTF_8);

        Optional<TokenUsage> usage =
                UsageFinder.find(body).flatMap(it -> UsageRules.ofRequest(it, endpoint).usage());

        // A negative count would have thrown, as TokenUsage refuses it.
        usage.ifPresent(it -> assertThat(it.totalTokens()).isLessThanOrEqualTo(MOST));
    }

    @Property(tries = 5_000)
    void changedSumIsNeverAbsurd(@ForAll("goldens") String golden, @ForAll long seed) {
        byte[] body = mutated(golden, seed).getBytes(UTF_8);

        Optional<TokenUsage> usage =
                UsageFinder.find(body).flatMap(it -> UsageRules.ofSum(it).usage());

        usage.ifPresent(
                it ->
                        assertThat(it.totalTokens())
                                .isLessThanOrEqualTo(10 * ReportedCounts.MAX_OF_SUM));
    }
}
