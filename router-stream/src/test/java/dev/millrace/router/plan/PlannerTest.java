package dev.millrace.router.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.millrace.contracts.catalog.Capability;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.StreamMode;
import dev.millrace.contracts.catalog.Tier;
import dev.millrace.contracts.config.ConfigLoader;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Parsed;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.money.Price;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlannerTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final Set<Endpoint> MESSAGES = EnumSet.of(Endpoint.MESSAGES);
    private static final Model OPEN = Model.of("open", "openai", Price.of("10", "20"));
    private static final Model BOUND = bound();
    private static final Model CLAUDE = Model.of("claude-sonnet", "anthropic", Price.of("1", "1"));
    private static final Model AWAY = Model.of("away", "nobody", Price.of("1", "1"));

    private final Set<String> withoutTopics = new HashSet<>();
    private final Planner planner =
            new Planner(
                    offer(Optional.of(new AutoRoute("open", "default/6@v1"))),
                    model -> !withoutTopics.contains(model.name()));

    private static Model bound() {
        return new Model(
                "bound",
                "openai",
                "bound",
                List.of("tied"),
                Tier.BALANCED,
                Set.<Capability>of(),
                OptionalLong.of(100_000),
                OptionalLong.of(1_000),
                Model.DEFAULT_MAX_TOKENS,
                Price.of("10", "20"),
                Limits.NONE,
                List.of(),
                Duration.ZERO,
                StreamMode.AUTO);
    }

    private static Offer offer(Optional<AutoRoute> auto) {
        return new Offer(
                Catalog.of(List.of(OPEN, BOUND, CLAUDE, AWAY)),
                Map.of(
                        "openai",
                        EnumSet.complementOf(EnumSet.copyOf(MESSAGES)),
                        "anthropic",
                        MESSAGES),
                auto);
    }

    private static RequestLine line(String url, String body, String options) {
        String line =
                "{\"custom_id\":\"a\",\"url\":\"%s\",\"body\":%s,\"millrace\":%s}"
                        .formatted(url, body, options);
        return assertThat(RequestParser.parse(line.getBytes(UTF_8)))
                .asInstanceOf(type(Parsed.Accepted.class))
                .actual()
                .line();
    }

    private Plan plan(String model) {
        return planner.plan(line("/v1/responses", "{\"model\":\"" + model + "\"}", "{}"), NOW);
    }

    private static Plan.Refused refused(Plan plan) {
        return assertThat(plan).asInstanceOf(type(Plan.Refused.class)).actual();
    }

    @Nested
    class WhenAModelIsNamed {
        @Test
        void itsNameAndItsAliasLeadToIt() {
            assertThat(plan("bound")).isEqualTo(new Plan.Routed(List.of(BOUND), "catalog"));
            assertThat(plan("tied")).isEqualTo(new Plan.Routed(List.of(BOUND), "alias"));
        }

        @Test
        void anUnknownOneIsRefusedWithThoseNearIt() {
            assertThat(refused(plan("bund")))
                    .isEqualTo(
                            new Plan.Refused(
                                    ErrorCode.UNKNOWN_MODEL,
                                    "no model is called \"bund\"; near it are bound",
                                    "body.model"));
        }

        @Test
        void oneFarFromAllIsRefusedWithoutAGuess() {
            assertThat(refused(plan("zzzzzzzzzzzzzzzz")).message())
                    .isEqualTo("no model is called \"zzzzzzzzzzzzzzzz\"");
        }

        @Test
        void oneWithoutProviderIsNotInService() {
            assertThat(refused(plan("away")).message())
                    .isEqualTo(
                            "the model away is not in service: its provider nobody is not"
                                    + " configured");
        }

        @Test
        void oneWithoutTopicsIsNotInService() {
            withoutTopics.add("open");

            assertThat(refused(plan("open")).error()).isEqualTo(ErrorCode.UNKNOWN_MODEL);
        }
    }

    @Nested
    class WhenTheChoiceIsLeftToTheRouter {
        @Test
        void thePolicyDecides() {
            assertThat(plan("auto")).isEqualTo(new Plan.Routed(List.of(OPEN), "default/6@v1"));
        }

        @Test
        void withoutPolicyItIsRefused() {
            var without = new Planner(offer(Optional.empty()), _ -> true);

            var plan = without.plan(line("/v1/responses", "{\"model\":\"auto\"}", "{}"), NOW);

            assertThat(refused(plan).error()).isEqualTo(ErrorCode.UNKNOWN_MODEL);
        }

        @Test
        void theShippedConfigurationSaysWhichRuleItWas() {
            var config = new ConfigLoader(Map.of()).parse("test", "{}").withSimulator();

            assertThat(Offer.of(config).auto())
                    .hasValueSatisfying(
                            auto -> assertThat(auto.routedBy()).matches("default/[1-9]@v1"));
        }
    }

    @Nested
    class WhenAProviderDoesNotAnswerTheUrl {
        @Test
        void theUrlsThatItAnswersAreNamed() {
            assertThat(refused(plan("claude-sonnet")))
                    .isEqualTo(
                            new Plan.Refused(
                                    ErrorCode.VALIDATION_ERROR,
                                    "the model claude-sonnet does not answer /v1/responses, and"
                                            + " translation is not yet supported; it answers"
                                            + " /v1/messages",
                                    "url"));
        }
    }

    @Nested
    class WhenAJobHasADeadline {
        private Plan planWith(String deadline) {
            return planner.plan(
                    line(
                            "/v1/responses",
                            "{\"model\":\"open\"}",
                            "{\"deadline\":\"" + deadline + "\"}"),
                    NOW);
        }

        @Test
        void itIsRoutedUntilThen() {
            assertThat(planWith("2026-11-20T12:00:00.001Z")).isInstanceOf(Plan.Routed.class);
        }

        @Test
        void itIsRefusedFromThenOn() {
            assertThat(refused(planWith("2026-11-20T12:00:00Z")).error())
                    .isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        }
    }

    @Nested
    class WhenAJobHasACostCeiling {
        private Plan plan(String model, String fields, String ceiling) {
            return planner.plan(
                    line(
                            "/v1/chat/completions",
                            "{\"model\":\"" + model + "\"" + fields + "}",
                            "{\"max_cost_usd\":" + ceiling + "}"),
                    NOW);
        }

        @Test
        void itIsRoutedWhenTheMostThatItCanCostIsBelow() {
            // 1,024 + 33 input tokens at 10 and 100 output tokens at 20 USD per million.
            assertThat(plan("open", ",\"max_tokens\":100", "0.01257"))
                    .isInstanceOf(Plan.Routed.class);
        }

        @Test
        void itIsRefusedWithTheNumbersWhenItMayCostMore() {
            assertThat(refused(plan("open", ",\"max_tokens\":100", "0.012569")))
                    .isEqualTo(
                            new Plan.Refused(
                                    ErrorCode.BUDGET_EXCEEDED,
                                    "one attempt at open may cost up to 0.01257 USD (1057 input and"
                                            + " 100 output tokens at most), above max_cost_usd ="
                                            + " 0.012569",
                                    "millrace.max_cost_usd"));
        }

        @Test
        void everyAnswerThatIsAskedForCounts() {
            assertThat(refused(plan("open", ",\"max_tokens\":100,\"n\":3", "0.01")).message())
                    .contains("300 output tokens");
        }

        @Test
        void withoutALimitOfItsOwnTheModelsCounts() {
            assertThat(refused(plan("bound", "", "0.01")).message()).contains("1000 output tokens");
        }

        @Test
        void withoutAnyLimitItIsRefused() {
            assertThat(refused(plan("open", "", "1000")).message())
                    .contains("nothing limits its output tokens");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    ",\"messages\":[{\"content\":[{\"image_url\":{}}]}]",
                    ",\"messages\":[{\"content\":[{\"\\u0066ile\":{}}]}]",
                    ",\"previous_response_id\":\"r\"",
                    ",\"prompt\":{\"id\":\"p\"}",
                    ",\"tools\":[{\"type\":\"function\"},7,{\"type\":\"web_search\"}]",
                })
        void whatIsOutsideTheBodyIsBoundedByTheWindow(String fields) {
            assertThat(refused(plan("bound", fields, "0.5")).message())
                    .contains("100000 input and 1000 output tokens");
            assertThat(refused(plan("open", fields + ",\"max_tokens\":1", "1000")).message())
                    .contains("nothing limits its input tokens");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    ",\"tools\":[{\"type\":\"function\",\"function\":{\"parameters\":{\"type\":\"object\"}}}]",
                    ",\"tools\":[{\"name\":\"n\"}],\"prompt\":\"text\"",
                    ",\"prompt\":[[1,2],[3]]",
                })
        void plainTextIsBoundedByItsBytes(String fields) {
            assertThat(plan("open", fields + ",\"max_tokens\":1", "0.03"))
                    .isInstanceOf(Plan.Routed.class);
        }

        @Test
        void everyPromptOfACompletionCounts() {
            var line =
                    line(
                            "/v1/completions",
                            "{\"model\":\"open\",\"prompt\":[\"a\",\"b\",\"c\"],\"max_tokens\":100}",
                            "{\"max_cost_usd\":0.001}");

            assertThat(refused(planner.plan(line, NOW)).message()).contains("300 output tokens");
        }

        @Test
        void embeddingsHaveNoOutput() {
            var line =
                    line(
                            "/v1/embeddings",
                            "{\"model\":\"open\",\"input\":\"text\"}",
                            "{\"max_cost_usd\":0.02}");

            assertThat(planner.plan(line, NOW)).isInstanceOf(Plan.Routed.class);
        }
    }
}
