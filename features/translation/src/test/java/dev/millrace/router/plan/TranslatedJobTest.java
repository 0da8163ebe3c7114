package dev.millrace.router.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.ModelParameters;
import dev.millrace.contracts.catalog.StreamMode;
import dev.millrace.contracts.catalog.Tier;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.policy.Cheapest;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.router.classify.KnownProfile;
import dev.millrace.router.classify.Requests;
import dev.millrace.router.classify.RuleBasedClassifier;
import dev.millrace.router.classify.token.TokenCount;
import dev.millrace.translation.WireTranslation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Jobs for models whose provider does not offer the job's API, but another one. */
class TranslatedJobTest {
    private static final Model CLAUDE = model("claude", "anthropic", "1");
    private static final Model GPT = model("gpt", "openai", "5");
    private static final String SEED_REFUSED =
            "the request cannot be translated to /v1/messages: body.seed has no counterpart:"
                    + " messages are not repeatable";

    private final PlannerScene scene = scene(CLAUDE, GPT);

    private static PlannerScene scene(Model... models) {
        return PlannerScene.translating(List.of(WireTranslation.values()), models);
    }

    private static Model model(String name, String provider, String usd) {
        return model(name, provider, usd, ModelParameters.DEFAULT);
    }

    private static Model model(
            String name, String provider, String usd, ModelParameters parameters) {
        return Model.of(name, provider, Price.of(usd, usd))
                .withTokens(
                        new Model.Tokens(
                                OptionalLong.of(200_000),
                                OptionalLong.of(64_000),
                                Model.DEFAULT_MAX_TOKENS))
                .served(new Model.Upstream(provider, name, Set.of(), StreamMode.AUTO, parameters));
    }

    private static RequestLine chat(String model, String fields, String options) {
        return Requests.line(
                "/v1/chat/completions",
                "{\"model\":\""
                        + model
                        + "\","
                        + fields
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}",
                options);
    }

    private static RequestLine messages(String model, String fields) {
        return Requests.line(
                "/v1/messages",
                "{\"model\":\""
                        + model
                        + "\",\"max_tokens\":50,"
                        + fields
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}",
                "{}");
    }

    private List<Model> chain(RequestLine line) {
        return PlannerScene.routed(scene.plan(line)).chain();
    }

    @Nested
    class WithANamedModel {
        @Test
        void chatReachesAModelOfMessages() {
            assertThat(chain(chat("claude", "", "{}"))).containsExactly(CLAUDE);
        }

        @Test
        void messagesReachAModelOfChats() {
            assertThat(chain(messages("gpt", ""))).containsExactly(GPT);
        }

        @Test
        void fieldWithoutCounterpartIsNamed() {
            assertThat(PlannerScene.rejected(scene.plan(chat("claude", "\"seed\":1,", "{}"))))
                    .isEqualTo(
                            new Plan.Rejected(
                                    ErrorCode.VALIDATION_ERROR, SEED_REFUSED, "body.seed"));
        }

        @Test
        void eachFieldWithoutCounterpartIsNamed() {
            Plan plan = scene.plan(messages("gpt", "\"top_k\":3,\"container\":\"c\","));

            assertThat(PlannerScene.rejected(plan).message())
                    .contains("body.top_k has no counterpart", "body.container has no counterpart");
        }

        @Test
        void sameFieldIsNoProblemForAModelOfTheJobsOwnApi() {
            assertThat(chain(chat("gpt", "\"seed\":1,", "{}"))).containsExactly(GPT);
        }

        @Test
        void fallbackThatCannotTakeTheFieldIsSkipped() {
            assertThat(chain(chat("gpt", "\"seed\":1,", "{\"fallback\":[\"claude\"]}")))
                    .containsExactly(GPT);
            assertThat(chain(chat("gpt", "", "{\"fallback\":[\"claude\"]}")))
                    .containsExactly(GPT, CLAUDE);
        }
    }

    @Nested
    class WithAPolicy {
        private static Rule cheapest() {
            return new Rule(
                    Optional.empty(),
                    List.of(),
                    List.of(),
                    Optional.of(new Cheapest(List.of(), Set.of())),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }

        private static Rule tier() {
            return new Rule(
                    Optional.empty(),
                    List.of(),
                    List.of(),
                    Optional.empty(),
                    Optional.of(Tier.BALANCED),
                    Optional.empty(),
                    Optional.empty());
        }

        @Test
        void cheapestModelOfAnotherApiGetsTheJob() {
            scene.policy(cheapest());

            assertThat(chain(chat("auto", "", "{}"))).containsExactly(CLAUDE, GPT);
        }

        @Test
        void eachKindOfRuleSkipsAModelThatCannotTakeTheField() {
            for (Rule rule : List.of(cheapest(), tier(), PlannerScene.use("claude", "gpt"))) {
                scene.policy(rule);

                assertThat(chain(chat("auto", "\"seed\":1,", "{}"))).containsExactly(GPT);
            }
        }

        @Test
        void fieldIsNamedOnceIfNoModelIsLeft() {
            scene.policy(PlannerScene.use("claude"), PlannerScene.use("claude"));

            assertThat(
                            PlannerScene.rejected(scene.plan(chat("auto", "\"seed\":1,", "{}")))
                                    .message())
                    .isEqualTo(SEED_REFUSED);
        }
    }

    /** Claude costs 1 USD for a million tokens, so its default limit costs 0.004096 USD. */
    @Nested
    class WithABoundOnItsCost {
        @BeforeEach
        void classifyByTheRules() {
            scene.classifier = new RuleBasedClassifier();
        }

        private Plan plan(String fields, String ceiling) {
            return scene.plan(chat("claude", fields, "{\"max_cost_usd\":" + ceiling + "}"));
        }

        @Test
        void defaultLimitThatIsSentCounts() {
            assertThat(plan("", "0.0055")).isInstanceOf(Plan.Routed.class);
            assertThat(PlannerScene.rejected(plan("", "0.004")).error())
                    .isEqualTo(ErrorCode.BUDGET_EXCEEDED);
        }

        @Test
        void defaultLimitReplacesANullLimit() {
            assertThat(plan("\"max_tokens\":null,", "0.0055")).isInstanceOf(Plan.Routed.class);
        }
    }

    @Nested
    class WithALimitAboveTheModelsOwn {
        @Test
        void isRejectedWithTheJobsOwnKey() {
            assertThat(
                            PlannerScene.rejected(
                                            scene.plan(
                                                    chat(
                                                            "claude",
                                                            "\"max_completion_tokens\":64001,",
                                                            "{}")))
                                    .message())
                    .isEqualTo(
                            "max_completion_tokens asks for 64,001 output tokens; claude gives at"
                                    + " most 64,000 (models.claude.max_output_tokens)");
        }
    }

    /** Claude's window of 200,000 tokens has room for an input of 195,904 and the default limit. */
    @Nested
    class WithoutALimitOfItsOwn {
        private Plan plan(long inputTokens, String fields) {
            scene.profile =
                    KnownProfile.PLAIN.withTokens(
                            TokenCount.exactly(inputTokens), TokenCount.exactly(10));
            String text = "\"user\":\"" + "x".repeat(200_000) + "\",";
            return scene.plan(chat("claude", text + fields, "{\"fallback\":[]}"));
        }

        @Test
        void needsRoomForTheLimitThatIsSent() {
            assertThat(plan(195_904, "")).isInstanceOf(Plan.Routed.class);
            Plan.Rejected rejected = PlannerScene.rejected(plan(195_905, ""));
            assertThat(rejected.error()).isEqualTo(ErrorCode.CONTEXT_LENGTH_EXCEEDED);
            assertThat(rejected.message()).contains("a default limit of 4,096 output tokens");
        }

        @Test
        void givenLimitNeedsItsOwnRoom() {
            assertThat(plan(199_000, "\"max_tokens\":1000,")).isInstanceOf(Plan.Routed.class);
        }
    }

    /** A model's parameters concern the keys of its API, which a translated body has. */
    @Nested
    class ForAModelThatRefusesKeys {
        private static Model refusing(String name, String provider, String... keys) {
            return model(
                    name,
                    provider,
                    "1",
                    new ModelParameters(Map.of(), Set.of(keys), Optional.empty()));
        }

        private static Plan plan(Model model, RequestLine line) {
            return scene(model).plan(line);
        }

        @Test
        void keyOfTheTranslatedBodyIsRefused() {
            Plan plan =
                    plan(
                            refusing("gpt", "openai", "reasoning_effort"),
                            messages("gpt", "\"thinking\":{\"type\":\"disabled\"},"));

            assertThat(PlannerScene.rejected(plan))
                    .isEqualTo(
                            new Plan.Rejected(
                                    ErrorCode.VALIDATION_ERROR,
                                    "the request cannot be translated to /v1/chat/completions: the"
                                            + " model gpt does not accept reasoning_effort",
                                    "body"));
        }

        @Test
        void keyOfTheJobAloneIsNoProblem() {
            Plan plan =
                    plan(
                            refusing("gpt", "openai", "metadata", "system"),
                            messages(
                                    "gpt",
                                    "\"metadata\":{\"user_id\":\"u\"},\"system\":\"Be brief.\","));

            assertThat(plan).isInstanceOf(Plan.Routed.class);
        }

        @Test
        void limitHasTheNameThatTheModelKnows() {
            assertThat(plan(refusing("gpt-5", "openai", "max_tokens"), messages("gpt-5", "")))
                    .isInstanceOf(Plan.Routed.class);
            assertThat(plan(refusing("gpt", "openai", "max_tokens"), messages("gpt", "")))
                    .isInstanceOf(Plan.Rejected.class);
        }

        @Test
        void keyWithinAnObjectOfTheTranslatedBodyIsRefused() {
            Model claude = refusing("claude", "anthropic", "output_config.effort");
            String format =
                    "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\","
                            + "\"schema\":{\"type\":\"object\",\"properties\":{},"
                            + "\"required\":[],\"additionalProperties\":false}}},";

            assertThat(plan(claude, chat("claude", format, "{}"))).isInstanceOf(Plan.Routed.class);
            assertThat(plan(claude, chat("claude", "\"reasoning_effort\":\"none\",", "{}")))
                    .isInstanceOf(Plan.Routed.class);
            assertThat(
                            PlannerScene.rejected(
                                            plan(
                                                    claude,
                                                    chat(
                                                            "claude",
                                                            "\"reasoning_effort\":\"low\",",
                                                            "{}")))
                                    .message())
                    .endsWith("the model claude does not accept output_config.effort");
        }

        @Test
        void keyWithinAnObjectOfTheJobIsRefused() {
            Model claude = refusing("claude", "anthropic", "output_config.effort");

            assertThat(
                            PlannerScene.rejected(
                                    plan(
                                            claude,
                                            messages(
                                                    "claude",
                                                    "\"output_config\":{\"effort\":\"low\"},"))))
                    .isEqualTo(
                            new Plan.Rejected(
                                    ErrorCode.VALIDATION_ERROR,
                                    "the model claude does not accept output_config.effort",
                                    "body.output_config.effort"));
        }

        @Test
        void fallbackThatRefusesAKeyOfTheTranslatedBodyIsSkipped() {
            Model claude = refusing("claude", "anthropic", "output_config");
            RequestLine line =
                    chat("gpt", "\"reasoning_effort\":\"low\",", "{\"fallback\":[\"claude\"]}");

            assertThat(PlannerScene.routed(scene(GPT, claude).plan(line)).chain())
                    .containsExactly(GPT);
        }
    }

    @Nested
    class ThatIsNotTranslatedForAModel {
        @Test
        void isNotReadAsATree() {
            // The key that occurs twice would be found by a translation only.
            assertThat(chain(chat("gpt", "\"seed\":1,\"seed\":2,", "{}"))).containsExactly(GPT);
        }

        @Test
        void staysAtItsOwnEndpoint() {
            assertThat(planner().called(Endpoint.CHAT_COMPLETIONS, GPT))
                    .isEqualTo(Endpoint.CHAT_COMPLETIONS);
            assertThat(planner().called(Endpoint.CHAT_COMPLETIONS, CLAUDE))
                    .isEqualTo(Endpoint.MESSAGES);
            assertThat(planner().called(Endpoint.MESSAGES, GPT))
                    .isEqualTo(Endpoint.CHAT_COMPLETIONS);
        }

        private Planner planner() {
            return scene.planner();
        }
    }
}
