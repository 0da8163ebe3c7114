package dev.millrace.router.cache.key;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.CacheMode;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.policy.RuleCache;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CacheKeysTest {
    private static final CacheKeys EXACT = new CacheKeys(CacheMode.EXACT, false);
    private static final Model SMALL = Model.of("small", "openai", Price.of("1", "2"));
    private static final String URL = "/v1/chat/completions";

    private static RequestLine line(String url, String body, String options) {
        String text =
                """
                {"custom_id":"a","method":"POST","url":"%s","body":%s,"millrace":%s}\
                """
                        .formatted(url, body, options);
        var result = RequestParser.parse(text.getBytes(UTF_8));
        return ((ParseResult.Accepted) result).line();
    }

    private static RequestLine body(String more) {
        return line(URL, "{\"model\":\"auto\",\"messages\":[]" + more + "}", "{}");
    }

    private static RequestLine asking(String mode) {
        return line(URL, "{\"model\":\"auto\",\"messages\":[]}", "{\"cache\":\"" + mode + "\"}");
    }

    private static Optional<String> key(RequestLine line) {
        return EXACT.keyOf("acme", line, SMALL, null);
    }

    @Nested
    class Scope {
        @Test
        void equalJobsHaveTheSameKey() {
            assertThat(key(body(""))).isEqualTo(key(body(" "))).isPresent();
            assertThat(key(body("")).orElseThrow()).matches("[0-9a-f]{64}");
        }

        @Test
        void tenantsHaveKeysOfTheirOwn() {
            assertThat(EXACT.keyOf("other", body(""), SMALL, null)).isNotEqualTo(key(body("")));
        }

        @Test
        void sharingTenantsHaveTheSameKey() {
            var shared = new CacheKeys(CacheMode.EXACT, true);

            assertThat(shared.keyOf("other", body(""), SMALL, null))
                    .isEqualTo(shared.keyOf("acme", body(""), SMALL, null))
                    .isNotEqualTo(key(body("")));
        }

        @Test
        void ruleDecidesWhetherItsJobsAreShared() {
            var shared = EXACT.of(new RuleCache(Optional.empty(), Optional.of(true)));
            var unshared = shared.of(new RuleCache(Optional.empty(), Optional.of(false)));

            assertThat(shared.keyOf("other", body(""), SMALL, null))
                    .isEqualTo(shared.keyOf("acme", body(""), SMALL, null))
                    .isNotEqualTo(key(body("")));
            assertThat(unshared.keyOf("acme", body(""), SMALL, null)).isEqualTo(key(body("")));
        }

        @Test
        void plannedModelMattersAndItsNameInTheBodyDoesNot() {
            Model other = Model.of("other", "openai", Price.of("1", "2"));
            var named = line(URL, "{\"model\":\"small\",\"messages\":[]}", "{}");

            assertThat(EXACT.keyOf("acme", body(""), other, null)).isNotEqualTo(key(body("")));
            assertThat(key(named)).isEqualTo(key(body("")));
        }

        @Test
        void upstreamModelMatters() {
            Model renamed = SMALL.servedBy("openai", "small-2026");

            assertThat(EXACT.keyOf("acme", body(""), renamed, null)).isNotEqualTo(key(body("")));
        }

        @Test
        void providerMatters() {
            Model moved = SMALL.servedBy("azure", SMALL.upstreamModel());

            assertThat(EXACT.keyOf("acme", body(""), moved, null)).isNotEqualTo(key(body("")));
        }

        @Test
        void boundOfTheCostMatters() {
            var bounded = line(URL, "{\"model\":\"auto\",\"messages\":[]}", "{\"max_cost_usd\":1}");

            assertThat(key(bounded)).isNotEqualTo(key(body("")));
        }

        @Test
        void fieldsThatAnAnswerRepeatsMatter() {
            String body = "{\"model\":\"auto\",\"input\":\"a\",\"metadata\":{\"of\":\"%s\"}}";
            var one = line("/v1/responses", body.formatted("one"), "{}");
            var two = line("/v1/responses", body.formatted("two"), "{}");

            assertThat(key(one)).isNotEqualTo(key(two)).isEqualTo(key(one));
        }

        @Test
        void addedOutputLimitMatters() {
            assertThat(EXACT.keyOf("acme", body(""), SMALL, 100L))
                    .isNotEqualTo(EXACT.keyOf("acme", body(""), SMALL, 101L))
                    .isNotEqualTo(key(body("")));
        }

        @Test
        void headersForTheProviderMatter() {
            String body = "{\"model\":\"auto\",\"messages\":[]}";
            String options = "{\"headers\":{\"openai-beta\":\"%s\"}}";
            var one = line(URL, body, options.formatted("one"));
            var two = line(URL, body, options.formatted("two"));

            assertThat(key(one)).isNotEqualTo(key(two)).isEqualTo(key(one));
            assertThat(key(one)).isNotEqualTo(key(body("")));
        }

        @Test
        void urlMatters() {
            var other = line("/v1/responses", "{\"model\":\"auto\",\"messages\":[]}", "{}");

            assertThat(key(other)).isNotEqualTo(key(body("")));
        }
    }

    @Nested
    class Modes {
        private Optional<String> keyBy(CacheMode mode, RequestLine line) {
            return new CacheKeys(mode, false).keyOf("acme", line, SMALL, null);
        }

        @Test
        void jobDecidesForItself() {
            assertThat(keyBy(CacheMode.NONE, asking("exact"))).isPresent();
            assertThat(keyBy(CacheMode.EXACT, asking("none"))).isEmpty();
        }

        @Test
        void withoutAModeTheDefaultDecides() {
            assertThat(keyBy(CacheMode.NONE, body(""))).isEmpty();
            assertThat(keyBy(CacheMode.EXACT, body(""))).isPresent();
        }

        @Test
        void deterministicTakesJobsOfTemperatureZeroOnly() {
            assertThat(keyBy(CacheMode.DETERMINISTIC, body(""))).isEmpty();
            assertThat(keyBy(CacheMode.DETERMINISTIC, body(",\"temperature\":0.7"))).isEmpty();
            assertThat(keyBy(CacheMode.DETERMINISTIC, body(",\"temperature\":0"))).isPresent();
        }

        @Test
        void ambiguousBodyHasNoKey() {
            assertThat(key(body(",\"top_p\":1,\"top_p\":0"))).isEmpty();
        }
    }
}
