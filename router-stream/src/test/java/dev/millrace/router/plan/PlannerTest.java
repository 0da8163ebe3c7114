package dev.millrace.router.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.ModelParameters;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.Fallback;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.money.Price;
import dev.millrace.router.classify.KnownProfile;
import dev.millrace.router.classify.Requests;
import dev.millrace.router.classify.token.TokenCount;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PlannerTest {
    static final Model OPEN = Model.of("open", "openai", Price.of("10", "20"));
    static final Model BOUND = bound();
    private static final Model CLAUDE = Model.of("claude-sonnet", "anthropic", Price.of("1", "1"));
    private static final Model AWAY = Model.of("away", "nobody", Price.of("1", "1"));
    private static final Model LOCKED = Model.of("locked", "locked", Price.of("1", "1"));
    private static final Model SMALL =
            PlannerScene.model("small", 1_000, Price.of("1", "1"))
                    .withFallback(List.of("bound", "open"));

    static final Model VECTOR =
            PlannerScene.declared("vector", Set.of(Endpoint.EMBEDDINGS), ModelParameters.DEFAULT);

    private final PlannerScene scene =
            PlannerScene.of(OPEN, BOUND, CLAUDE, AWAY, LOCKED, SMALL, VECTOR);

    private static Model bound() {
        return Model.of("bound", "openai", Price.of("10", "20"))
                .withAliases(List.of("tied"))
                .withTokens(
                        new Model.Tokens(
                                OptionalLong.of(100_000),
                                OptionalLong.of(1_000),
                                Model.DEFAULT_MAX_TOKENS));
    }

    private Plan plan(String model) {
        return scene.plan(Requests.line("/v1/responses", "{\"model\":\"" + model + "\"}", "{}"));
    }

    private static Plan.Rejected rejected(Plan plan) {
        return PlannerScene.rejected(plan);
    }

    @Nested
    class WhenAModelIsNamed {
        @Test
        void nameAndAliasSelectTheModel() {
            assertThat(plan("bound")).isEqualTo(new Plan.Routed(List.of(BOUND), "catalog"));
            assertThat(plan("tied")).isEqualTo(new Plan.Routed(List.of(BOUND), "alias"));
        }

        @Test
        void unknownNameIsRejectedWithSimilarNames() {
            assertThat(rejected(plan("bund")))
                    .isEqualTo(
                            new Plan.Rejected(
                                    ErrorCode.UNKNOWN_MODEL,
                                    "no model is called \"bund\"; similar names: bound",
                                    "body.model"));
        }

        @Test
        void unknownNameWithoutSimilarNamesIsRejected() {
            assertThat(rejected(plan("zzzzzzzzzzzzzzzz")).message())
                    .isEqualTo("no model is called \"zzzzzzzzzzzzzzzz\"");
        }

        @Test
        void modelWithoutProviderIsOutOfService() {
            assertThat(rejected(plan("away")).message())
                    .isEqualTo(
                            "the model away is not in service: its provider nobody is not"
                                    + " configured");
        }

        @Test
        void modelWhoseProviderIsOffIsRejectedWithTheMissingKey() {
            assertThat(rejected(plan("locked")))
                    .isEqualTo(
                            new Plan.Rejected(
                                    ErrorCode.UNKNOWN_MODEL,
                                    "the model locked is not in service: its provider locked is"
                                            + " off: environment variable LOCKED_KEY is not set",
                                    "body.model"));
        }

        @Test
        void fallbackReplacesAModelWhoseProviderIsOff() {
            Plan plan =
                    scene.plan(
                            Requests.line(
                                    "/v1/responses",
                                    "{\"model\":\"locked\"}",
                                    "{\"fallback\":[\"away\",\"open\"]}"));

            assertThat(plan).isEqualTo(new Plan.Routed(List.of(OPEN), "provider-off"));
        }

        @Test
        void fallbackWhoseProviderIsOffIsLeftOut() {
            Plan plan =
                    scene.plan(
                            Requests.line(
                                    "/v1/responses",
                                    "{\"model\":\"open\"}",
                                    "{\"fallback\":[\"locked\"]}"));

            assertThat(plan).isEqualTo(new Plan.Routed(List.of(OPEN), "catalog"));
        }

        @Test
        void jobOfAModelWithoutTopicsIsPlannedAndCanWait() {
            scene.withoutTopics.add("open");

            assertThat(plan("open")).isInstanceOf(Plan.Routed.class);
        }
    }

    @Nested
    class WhenTheProviderOfAWaitingJobIsOff {
        private JobHeaders job(String... chain) {
            return new JobHeaders(
                    new JobHeaders.Identity(JobId.of("acme", "b", "a"), "acme", "b", 1L),
                    new JobHeaders.Submission(Priority.NORMAL, null, PlannerScene.NOW),
                    new JobHeaders.Route("catalog", List.of(chain), 0));
        }

        private JobHeaders moved(JobHeaders job) {
            return scene.planner()
                    .inService(
                            job, () -> Requests.line("/v1/responses", "{\"model\":\"x\"}", "{}"));
        }

        @Test
        void jobMovesToItsFirstModelInService() {
            JobHeaders moved = moved(job("locked", "away", "open"));

            assertThat(moved.model()).isEqualTo("open");
            assertThat(moved.fallbacks())
                    .containsExactly(
                            new Fallback("locked", "unknown_model"),
                            new Fallback("away", "unknown_model"));
            assertThat(scene.planner().refusal(moved)).isEmpty();
        }

        @Test
        void jobInServiceStays() {
            JobHeaders job = job("bound", "locked");

            assertThat(moved(job)).isSameAs(job);
            assertThat(scene.planner().refusal(job)).isEmpty();
        }

        @Test
        void jobWithoutAModelInServiceIsRefused() {
            JobHeaders job = job("locked", "away");

            assertThat(moved(job)).isSameAs(job);
            assertThat(scene.planner().refusal(job))
                    .hasValueSatisfying(
                            it -> assertThat(it.message()).contains("LOCKED_KEY is not set"));
        }
    }

    @Nested
    class WhenTheModelIsAuto {
        @Test
        void policySelectsTheModel() {
            scene.policy(PlannerScene.use("open"));

            assertThat(plan("auto")).isEqualTo(new Plan.Routed(List.of(OPEN), "default/1@v7"));
        }

        @Test
        void modelWhoseProviderIsOffIsPassedOver() {
            scene.policy(PlannerScene.use("locked"), PlannerScene.use("open"));

            assertThat(plan("auto")).isEqualTo(new Plan.Routed(List.of(OPEN), "default/2@v7"));
        }

        @Test
        void jobThatReachesOnlyProvidersThatAreOffIsRejectedWithTheReason() {
            scene.policy(PlannerScene.use("locked"));

            assertThat(rejected(plan("auto")).message())
                    .isEqualTo(
                            "the policy default@v7 offers this job no model that is in service;"
                                    + " off: locked (environment variable LOCKED_KEY is not set)");
        }

        @Test
        void jobIsRejectedWithoutAPolicy() {
            assertThat(rejected(plan("auto")).error()).isEqualTo(ErrorCode.UNKNOWN_MODEL);
        }
    }

    @Nested
    class WhenAJobDoesNotFitIntoTheWindow {
        private static final String BODY =
                "{\"model\":\"small\",\"max_tokens\":10,\"messages\":[{\"content\":\""
                        + "x".repeat(2_000)
                        + "\"}]}";

        private Plan planOf(long tokens, String options) {
            scene.profile =
                    KnownProfile.PLAIN.withTokens(
                            TokenCount.exactly(tokens), TokenCount.exactly(10));
            return scene.plan(Requests.line("/v1/chat/completions", BODY, options));
        }

        @Test
        void namedModelGetsAJobThatMayFit() {
            assertThat(planOf(990, "{}"))
                    .isEqualTo(new Plan.Routed(List.of(SMALL, BOUND, OPEN), "catalog"));
        }

        @Test
        void firstLargeEnoughFallbackGetsTheJob() {
            assertThat(planOf(991, "{}"))
                    .isEqualTo(new Plan.Routed(List.of(BOUND, OPEN), "context-length"));
        }

        @Test
        void fallbacksOfTheRequestReplaceThoseOfTheCatalog() {
            assertThat(planOf(991, "{\"fallback\":[\"open\"]}"))
                    .isEqualTo(new Plan.Routed(List.of(OPEN), "context-length"));
        }

        @Test
        void jobWithoutALargeEnoughModelIsRejectedWithTheNumbers() {
            assertThat(planOf(991, "{\"fallback\":[]}"))
                    .isEqualTo(
                            new Plan.Rejected(
                                    ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                                    "the request has at least 991 input tokens and asks for 10"
                                            + " output tokens; the context window of small has"
                                            + " 1,000",
                                    "body"));
        }
    }

    @Nested
    class WhenARequestHasSeveralProblems {
        @Test
        void messageNamesAllProblems() {
            var plan =
                    scene.plan(
                            Requests.line(
                                    "/v1/responses",
                                    "{\"model\":\"bund\"}",
                                    "{\"deadline\":\"2026-11-20T11:00:00Z\",\"fallback\":[\"x-x-x\"]}"));

            assertThat(rejected(plan).error()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
            assertThat(rejected(plan).message())
                    .contains("the deadline 2026-11-20T11:00:00Z had expired")
                    .contains("no model is called \"bund\"; similar names: bound")
                    .contains("the fallback \"x-x-x\" is not a model");
        }
    }

    @Nested
    class WhenAProviderDoesNotServeTheUrlOrATranslation {
        @Test
        void messageNamesTheServedUrls() {
            assertThat(rejected(plan("claude-sonnet")))
                    .isEqualTo(
                            new Plan.Rejected(
                                    ErrorCode.VALIDATION_ERROR,
                                    "the model claude-sonnet does not serve /v1/responses, and"
                                            + " such requests cannot be translated; it serves"
                                            + " /v1/messages",
                                    "url"));
        }

        @Test
        void fallbackIsSkipped() {
            assertThat(
                            scene.plan(
                                    Requests.line(
                                            "/v1/chat/completions",
                                            "{\"model\":\"open\"}",
                                            "{\"fallback\":[\"claude-sonnet\",\"bound\"]}")))
                    .isEqualTo(new Plan.Routed(List.of(OPEN, BOUND), "catalog"));
        }
    }

    @Nested
    class WhenTheModelDoesNotServeTheUrl {
        private String problem(String url, String model) {
            return rejected(scene.plan(Requests.line(url, "{\"model\":\"" + model + "\"}", "{}")))
                    .message();
        }

        @Test
        void modelOfTextIsNotAskedForEmbeddingsUnlessItDeclaresThem() {
            assertThat(problem("/v1/embeddings", "open"))
                    .contains("it serves /v1/chat/completions, /v1/responses, /v1/completions")
                    .endsWith("; if it can, set models.open.urls: [/v1/embeddings]");
        }

        @Test
        void modelOfEmbeddingsIsNotAskedForText() {
            assertThat(problem("/v1/responses", "vector"))
                    .endsWith(
                            "it serves /v1/embeddings;"
                                    + " if it can, add /v1/responses to models.vector.urls");
        }

        @Test
        void cheapestModelOfAKindIsChosenAmongItsKind() {
            scene.policy(PlannerScene.cheapest());

            assertThat(
                            PlannerScene.routed(
                                            scene.plan(
                                                    Requests.line(
                                                            "/v1/embeddings",
                                                            "{\"model\":\"auto\"}",
                                                            "{}")))
                                    .chain())
                    .containsExactly(VECTOR);
            assertThat(PlannerScene.routed(scene.auto("{}")).chain()).doesNotContain(VECTOR);
        }
    }

    @Nested
    class WhenTheModelDiffersFromItsWire {
        private static final Model PICKY =
                PlannerScene.declared(
                        "picky",
                        Set.of(),
                        new ModelParameters(
                                Map.of("max_tokens", "max_completion_tokens"),
                                Set.of("temperature"),
                                Optional.empty()));

        private static final Model LIMITLESS =
                PlannerScene.declared(
                        "limitless",
                        Set.of(),
                        new ModelParameters(
                                Map.of(),
                                Set.of("max_tokens", "max_output_tokens"),
                                Optional.empty()));

        private static final Model RENAMING =
                PlannerScene.declared(
                        "renaming",
                        Set.of(),
                        new ModelParameters(
                                Map.of("max_tokens", "length"), Set.of(), Optional.empty()));

        private final PlannerScene scene = PlannerScene.of(PICKY, LIMITLESS, RENAMING, OPEN);

        private Plan plan(String model, String fields) {
            return plan(model, fields, "{}");
        }

        private Plan plan(String model, String fields, String options) {
            return scene.plan(
                    Requests.line(
                            "/v1/chat/completions",
                            "{\"model\":\"" + model + "\"" + fields + "}",
                            options));
        }

        @Test
        void refusedKeyIsNamed() {
            assertThat(rejected(plan("picky", ",\"temperature\":0")))
                    .isEqualTo(
                            new Plan.Rejected(
                                    ErrorCode.VALIDATION_ERROR,
                                    "the model picky does not accept temperature",
                                    "body.temperature"));
        }

        @Test
        void nullAndNestedKeysAreAccepted() {
            assertThat(plan("picky", ",\"temperature\":null,\"metadata\":{\"temperature\":1}"))
                    .isInstanceOf(Plan.Routed.class);
        }

        @Test
        void keyWithItsOldAndItsNewNameIsNamed() {
            assertThat(
                            rejected(plan("picky", ",\"max_tokens\":1,\"max_completion_tokens\":2"))
                                    .param())
                    .isEqualTo("body.max_tokens");
            assertThat(plan("picky", ",\"max_tokens\":1")).isInstanceOf(Plan.Routed.class);
        }

        @Test
        void limitThatMaxCostUsdAddsIsAKeyOfTheBody() {
            assertThat(plan("limitless", "")).isInstanceOf(Plan.Routed.class);
            assertThat(rejected(plan("limitless", "", "{\"max_cost_usd\":1000}")))
                    .isEqualTo(
                            new Plan.Rejected(
                                    ErrorCode.VALIDATION_ERROR,
                                    "max_cost_usd adds an output limit to the body, but the model"
                                            + " limitless does not accept max_tokens",
                                    "millrace.max_cost_usd"));
        }

        @Test
        void addedLimitIsNotSentBesideTheModelsOwnKey() {
            assertThat(plan("renaming", "", "{\"max_cost_usd\":1000}"))
                    .isInstanceOf(Plan.Routed.class);
            assertThat(
                            rejected(plan("renaming", ",\"length\":5", "{\"max_cost_usd\":1000}"))
                                    .message())
                    .isEqualTo(
                            "max_cost_usd adds an output limit to the body, but the model renaming"
                                    + " knows max_tokens as length, which the body has as well");
        }

        @Test
        void policySkipsAModelThatRefusesTheAddedLimit() {
            scene.policy(PlannerScene.use("limitless", "open"));

            assertThat(PlannerScene.routed(plan("auto", "", "{\"max_cost_usd\":1000}")).chain())
                    .containsExactly(OPEN);
        }

        @Test
        void policySkipsTheModelForAJobThatItRefuses() {
            scene.policy(PlannerScene.use("picky", "open"));

            assertThat(PlannerScene.routed(plan("auto", ",\"temperature\":0")).chain())
                    .containsExactly(OPEN);
            assertThat(PlannerScene.routed(plan("auto", "")).chain()).containsExactly(PICKY, OPEN);
        }
    }

    /**
     * The model {@code bound} gives at most 1,000 output tokens; {@code open} has no known limit.
     */
    @Nested
    class WhenAJobAsksForALongOutput {
        private Plan plan(String url, String model, String fields, String options) {
            return scene.plan(
                    Requests.line(url, "{\"model\":\"" + model + "\"," + fields + "}", options));
        }

        private Plan chat(String model, String fields) {
            return plan("/v1/chat/completions", model, fields, "{}");
        }

        @Test
        void namedModelGetsALimitUpToItsOwn() {
            assertThat(chat("bound", "\"max_tokens\":1000")).isInstanceOf(Plan.Routed.class);
            assertThat(chat("open", "\"max_tokens\":1001")).isInstanceOf(Plan.Routed.class);
        }

        @Test
        void higherLimitIsRejectedWithItsKeyAndTheModelsLimit() {
            assertThat(rejected(chat("bound", "\"max_tokens\":1001")))
                    .isEqualTo(
                            new Plan.Rejected(
                                    ErrorCode.VALIDATION_ERROR,
                                    "max_tokens asks for 1,001 output tokens; bound gives at most"
                                            + " 1,000 (models.bound.max_output_tokens)",
                                    "body.max_tokens"));
            assertThat(rejected(chat("bound", "\"max_completion_tokens\":1001")).param())
                    .isEqualTo("body.max_completion_tokens");
            assertThat(
                            rejected(
                                            plan(
                                                    "/v1/responses",
                                                    "tied",
                                                    "\"max_output_tokens\":1001",
                                                    "{}"))
                                    .param())
                    .isEqualTo("body.max_output_tokens");
        }

        @Test
        void policySkipsTheModel() {
            scene.policy(PlannerScene.use("bound", "open"));

            assertThat(PlannerScene.routed(chat("auto", "\"max_tokens\":1001")).chain())
                    .containsExactly(OPEN);
            assertThat(PlannerScene.routed(chat("auto", "\"max_tokens\":1000")).chain())
                    .containsExactly(BOUND, OPEN);
        }

        @Test
        void cheapestModelThatCanGiveItGetsTheJob() {
            scene.policy(PlannerScene.cheapest());

            assertThat(PlannerScene.routed(chat("auto", "\"max_tokens\":1001")).chain())
                    .contains(OPEN)
                    .doesNotContain(BOUND);
        }

        @Test
        void fallbackWithALowerLimitIsSkipped() {
            Plan plan =
                    plan(
                            "/v1/chat/completions",
                            "open",
                            "\"max_tokens\":1001",
                            "{\"fallback\":[\"bound\"]}");

            assertThat(PlannerScene.routed(plan).chain()).containsExactly(OPEN);
        }
    }

    @Nested
    class WhenAJobHasADeadline {
        private Plan planWith(String deadline) {
            return scene.plan(
                    Requests.line(
                            "/v1/responses",
                            "{\"model\":\"open\"}",
                            "{\"deadline\":\"" + deadline + "\"}"));
        }

        @Test
        void jobIsRoutedBeforeTheDeadline() {
            assertThat(planWith("2026-11-20T12:00:00.001Z")).isInstanceOf(Plan.Routed.class);
        }

        @Test
        void jobIsRejectedAtTheDeadline() {
            assertThat(rejected(planWith("2026-11-20T12:00:00Z")).error())
                    .isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        }
    }
}
