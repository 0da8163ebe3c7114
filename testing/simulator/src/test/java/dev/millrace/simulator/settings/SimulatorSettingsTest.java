package dev.millrace.simulator.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.yaml.document.Node;
import dev.millrace.yaml.document.YamlDocument;
import dev.millrace.yaml.problem.ConfigException;
import dev.millrace.yaml.problem.Problem;
import dev.millrace.yaml.problem.Violation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SimulatorSettingsTest {
    private static final JsonMapper JSON = new JsonMapper();

    private static JsonNode json(String text) {
        return JSON.readTree(text);
    }

    private static SimulatorSettings parse(String text) {
        return SimulatorSettings.parse("test", text);
    }

    private static List<Problem> problems(String text) {
        try {
            parse(text);
            return List.of();
        } catch (ConfigException invalid) {
            return invalid.problems();
        }
    }

    @Nested
    class Defaults {
        @Test
        void emptyObjectGivesTheDefaults() {
            SimulatorSettings settings = parse("{}");

            assertThat(settings.seed()).isEqualTo(1);
            assertThat(settings.keys()).isEmpty();
            assertThat(settings.ledgerEntries()).isEqualTo(1_000_000);
            assertThat(settings.accounts()).isEmpty();
            assertThat(settings.outages()).isEmpty();
            assertThat(settings.model("any")).isEqualTo(ModelSettings.DEFAULT);
        }

        @Test
        void emptyAccountHasNoKeyNoLimitAndUnlimitedCredit() {
            assertThat(parse("{\"accounts\":{\"a\":{}}}").accounts().get("a"))
                    .isEqualTo(
                            new AccountSettings(
                                    List.of(),
                                    LimitSettings.NONE,
                                    OptionalLong.empty(),
                                    AccountSettings.CreditError.INSUFFICIENT_QUOTA));
        }

        @Test
        void emptyOutageIsAMinuteOfStatus503AtTheStart() {
            assertThat(parse("{\"outages\":[{}]}").outages())
                    .containsExactly(
                            new Outage(
                                    Duration.ZERO, Duration.ofMinutes(1), Outage.Form.STATUS, 503));
        }

        @Test
        void modelDefaultsHaveTheseKeysAndValues() {
            assertThat(json(ModelSettings.DEFAULT.toJson().toString()))
                    .isEqualTo(
                            json(
                                    """
                                    {"latency":"0ms",
                                     "limits":{"requests_per_minute":0,"tokens_per_minute":0,
                                       "input_tokens_per_minute":0,"output_tokens_per_minute":0,
                                       "requests_per_second":0,"tokens_per_second":0,
                                       "concurrency":0,"window":"bucket","burst":"1m",
                                       "headers":true},
                                     "failures":{"rate_limited":0.0,"unauthorized":0.0,
                                       "payment_required":0.0,"insufficient_quota":0.0,
                                       "model_not_found":0.0,"server_error":0.0,
                                       "gateway_timeout":0.0,"overloaded":0.0,
                                       "context_length_exceeded":0.0,"content_filter":0.0,
                                       "content_filter_finish":0.0,"garbage":0.0,"hang":0.0,"stall":0.0,
                                       "drop_before_answer":0.0,"drop_after_billing":0.0,
                                       "drop_mid_body":0.0,"end_mid_body":0.0,
                                       "hang_mid_body":0.0,"error_mid_stream":0.0,
                                       "error_as_200":0.0,"refusal":0.0},
                                     "retry_after":{"form":"seconds","delay":"1s"},
                                     "fail_first":{"calls":0,"status":503},
                                     "server_error_statuses":[500,502,503,504],
                                     "context_window":0,
                                     "answer_tokens":0,
                                     "hang_for":"15m",
                                     "stall_for":"30s",
                                     "error_form":"native",
                                     "keep_alive":"0ms",
                                     "flex":{"refused":[],"signature":"openai"},
                                     "prompt_cache":{"match":"none","min_tokens":1024,"ttl":"5m",
                                       "requests_per_minute":0}}
                                    """));
        }
    }

    @Nested
    class AllKeys {
        private static final String FULL =
                """
                {"latency":{"p50":"800ms","p99":"4s"},
                 "first_byte":{"min":"100ms","max":"200ms"},
                 "limits":{"requests_per_minute":1,"tokens_per_minute":2,
                   "input_tokens_per_minute":3,"output_tokens_per_minute":4,
                   "requests_per_second":6,"tokens_per_second":7,
                   "concurrency":5,"window":"sliding","burst":"10s","headers":false},
                 "failures":{"rate_limited":0.01,"hang":0.5},
                 "retry_after":{"form":"mixed","delay":"2s"},
                 "fail_first":{"calls":2,"status":429},
                 "server_error_statuses":[599],
                 "context_window":100,
                 "answer_tokens":800,
                 "hang_for":"1h",
                 "stall_for":"10s",
                 "error_form":"google",
                 "keep_alive":"15s",
                 "flex":{"refused":[0.5,0],"signature":"groq","latency":"9s"},
                 "prompt_cache":{"match":"blocks","min_tokens":2048,"ttl":"30m",
                   "requests_per_minute":15}}
                """;

        @Test
        void everyKeyIsRead() {
            ModelSettings settings = ModelSettings.parse(FULL, ModelSettings.DEFAULT);

            assertThat(settings)
                    .isEqualTo(
                            new ModelSettings(
                                    new Latency.Lognormal(
                                            Duration.ofMillis(800), Duration.ofSeconds(4)),
                                    Optional.of(
                                            new Latency.Uniform(
                                                    Duration.ofMillis(100),
                                                    Duration.ofMillis(200))),
                                    new LimitSettings(
                                            1,
                                            2,
                                            3,
                                            4,
                                            6,
                                            7,
                                            5,
                                            LimitSettings.Window.SLIDING,
                                            Duration.ofSeconds(10),
                                            false),
                                    new FailureRates(
                                            Map.of(Failure.RATE_LIMITED, 0.01, Failure.HANG, 0.5)),
                                    new RetryAfterSetting(
                                            RetryAfterSetting.Form.MIXED, Duration.ofSeconds(2)),
                                    new FailFirst(2, 429),
                                    List.of(599),
                                    100,
                                    800,
                                    Duration.ofHours(1),
                                    Duration.ofSeconds(10),
                                    ErrorForm.GOOGLE,
                                    Duration.ofSeconds(15),
                                    new FlexSettings(
                                            List.of(0.5, 0.0),
                                            FlexSettings.Signature.GROQ,
                                            Optional.of(
                                                    new Latency.Constant(Duration.ofSeconds(9)))),
                                    new PromptCacheSettings(
                                            PromptCacheSettings.Match.BLOCKS,
                                            2_048,
                                            Duration.ofMinutes(30),
                                            15)));
        }

        @Test
        void accountsAndOutagesAreRead() {
            SimulatorSettings settings =
                    parse(
                            """
                            {"accounts":{"main":{"keys":["sk-1"],"limits":{"concurrency":5},
                               "credit_tokens":10,"when_empty":"payment_required"}},
                             "outages":[{"after":"1s","lasts":"2s","form":"refused","status":500}]}
                            """);

            assertThat(settings.accounts().get("main"))
                    .isEqualTo(
                            new AccountSettings(
                                    List.of("sk-1"),
                                    new LimitSettings(
                                            0,
                                            0,
                                            0,
                                            0,
                                            0,
                                            0,
                                            5,
                                            LimitSettings.Window.BUCKET,
                                            Duration.ofMinutes(1),
                                            true),
                                    OptionalLong.of(10),
                                    AccountSettings.CreditError.PAYMENT_REQUIRED));
            assertThat(settings.outages())
                    .containsExactly(
                            new Outage(
                                    Duration.ofSeconds(1),
                                    Duration.ofSeconds(2),
                                    Outage.Form.REFUSED,
                                    500));
        }

        @Test
        void writtenSettingsParseToThemselves() {
            ModelSettings settings = ModelSettings.parse(FULL, ModelSettings.DEFAULT);

            assertThat(ModelSettings.parse(settings.toJson().toString(), ModelSettings.DEFAULT))
                    .isEqualTo(settings);
        }
    }

    @Nested
    class Inheritance {
        @Test
        void modelInheritsAbsentKeysFromAnyModel() {
            SimulatorSettings settings =
                    parse(
                            """
                            {"models":{
                              "m":{"failures":{"hang":0.1}},
                              "*":{"latency":"5ms","failures":{"overloaded":0.2}}}}
                            """);

            assertThat(settings.model("m").latency())
                    .isEqualTo(new Latency.Constant(Duration.ofMillis(5)));
            assertThat(settings.model("m").failures().rates())
                    .containsOnly(Map.entry(Failure.HANG, 0.1), Map.entry(Failure.OVERLOADED, 0.2));
            assertThat(settings.model("other").failures().rate(Failure.HANG)).isZero();
        }
    }

    @Nested
    class Problems {
        @Test
        void everyProblemIsReportedWithItsPath() {
            assertThat(
                            problems(
                                    """
                                    {"seed":"x","ledger_entries":-1,"colour":"red",
                                     "accounts":{"a":{"keys":[" "],"credit_tokens":"much"}},
                                     "outages":[{"lasts":"0ms","form":"smoke","status":200}],
                                     "models":{"gpt-4.1":{
                                       "latency":{"p50":"4s","p99":"1s"},
                                       "limits":{"requests_per_minute":1.5,"burst":"0ms"},
                                       "failures":{"hang":-1,"explode":1},
                                       "retry_after":{"form":"smoke"},
                                       "fail_first":{"calls":-1,"status":200},
                                       "server_error_statuses":[404],
                                       "flex":{"refused":[2],"signature":"smoke"},
                                       "prompt_cache":{"min_tokens":0,"ttl":"2d"},
                                       "hang_for":"forever"},
                                      "other":3}}
                                    """))
                    .extracting(Problem::keyPath)
                    .containsExactlyInAnyOrder(
                            "seed",
                            "ledger_entries",
                            "colour",
                            "accounts.a.keys",
                            "accounts.a.credit_tokens",
                            "outages[0].lasts",
                            "outages[0].form",
                            "outages[0].status",
                            "models.gpt-4.1.latency.p50",
                            "models.gpt-4.1.limits.requests_per_minute",
                            "models.gpt-4.1.limits.burst",
                            "models.gpt-4.1.failures.hang",
                            "models.gpt-4.1.failures.explode",
                            "models.gpt-4.1.retry_after.form",
                            "models.gpt-4.1.fail_first.calls",
                            "models.gpt-4.1.fail_first.status",
                            "models.gpt-4.1.server_error_statuses",
                            "models.gpt-4.1.flex.refused",
                            "models.gpt-4.1.flex.signature",
                            "models.gpt-4.1.prompt_cache.min_tokens",
                            "models.gpt-4.1.prompt_cache.ttl",
                            "models.gpt-4.1.hang_for",
                            "models.other");
        }

        @Test
        void problemNamesTheExpectedValue() {
            assertThat(problems("{\"models\":{\"*\":{\"latency\":\"soon\"}}}"))
                    .containsExactly(
                            new Problem(
                                    "test",
                                    OptionalInt.of(1),
                                    "models.*.latency",
                                    "must be a duration such as 500ms, 30s, 5m, 24h or 30d, or the"
                                            + " keys min and max, or p50 and p99, was soon"));
        }

        @Test
        void latencyWithKeysOfTwoFormsIsReportedOnce() {
            for (String latency :
                    List.of(
                            "{\"min\":\"1s\"}",
                            "{\"min\":\"1s\",\"p99\":\"2s\"}",
                            "{\"min\":\"1s\",\"max\":\"2s\",\"p50\":\"1s\"}",
                            "\"2h\"",
                            "[]")) {
                assertThat(problems("{\"models\":{\"m\":{\"latency\":" + latency + "}}}"))
                        .as(latency)
                        .extracting(Problem::keyPath)
                        .containsExactly("models.m.latency");
            }
        }

        @Test
        void ratesAboveOneInTotalAreReported() {
            assertThat(
                            problems(
                                    "{\"models\":{\"*\":{\"failures\":{\"hang\":0.6,\"garbage\":0.6}}}}"))
                    .extracting(Problem::keyPath)
                    .containsExactly("models.*.failures");
        }

        @Test
        void keyOfTwoAccountsIsReported() {
            assertThat(
                            problems(
                                    "{\"keys\":[\"sk-secret\"],\"accounts\":{\"a\":{\"keys\":[\"sk-secret\"]}}}"))
                    .singleElement()
                    .satisfies(it -> assertThat(it.keyPath()).isEqualTo("accounts"))
                    .asString()
                    .contains("a lists a key that is listed before")
                    .doesNotContain("secret");
        }

        @Test
        void problemsAndToStringNeverShowAKey() {
            assertThat(problems("{\"keys\":\"sk-secret\"}"))
                    .singleElement()
                    .asString()
                    .doesNotContain("secret");
            assertThat(parse("{\"keys\":[\"sk-secret\"]}").toString()).doesNotContain("secret");
            assertThat(parse("{\"accounts\":{\"a\":{\"keys\":[\"sk-secret\"]}}}").toString())
                    .doesNotContain("secret");
        }

        @Test
        void invalidValuesFallBackToDefaults() {
            var problems = new dev.millrace.yaml.problem.Problems("test");
            Node node =
                    YamlDocument.readJson("{\"seed\":\"x\",\"ledger_entries\":7}", problems)
                            .orElseThrow();

            SimulatorSettings settings = SimulatorSettings.read(node, "", problems);

            assertThat(settings.seed()).isEqualTo(1);
            assertThat(settings.ledgerEntries()).isEqualTo(7);
        }
    }

    @Nested
    class Records {
        @Test
        void constructorRejectsInvalidValues() {
            assertThatThrownBy(() -> new FailFirst(300, 99))
                    .isInstanceOf(Violation.class)
                    .hasMessageContaining("calls");
            assertThatThrownBy(() -> new FailFirst(3, 99))
                    .isInstanceOf(Violation.class)
                    .hasMessageContaining("status");
        }
    }
}
