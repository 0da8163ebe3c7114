package dev.millrace.router.plan;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Capability;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.policy.Complexity;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.TaskType;
import dev.millrace.router.classify.Classifier;
import dev.millrace.router.classify.Profile;
import dev.millrace.router.classify.Requests;
import dev.millrace.router.classify.RuleBasedClassifier;
import dev.millrace.router.classify.token.TokenCount;
import dev.millrace.router.policy.ActivePolicy;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks the shipped policy against a copy of its table. */
class ShippedPolicyTest {
    private static final List<String> CEILINGS =
            List.of(
                    "",
                    "0",
                    "0.001",
                    "0.0016",
                    "0.002",
                    "0.02",
                    "0.049999",
                    "0.05",
                    "0.05001",
                    "0.099999",
                    "0.10",
                    "5");
    private static final String ASSUMED = "0.02";
    private static final String BODY =
            "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"Where is it?\"}]}";
    private static final Map<String, BigDecimal> MAX_USD =
            Map.of(
                    "qwen-turbo", maxUsd("0.05", "0.20"),
                    "deepseek-flash", maxUsd("0.30", "1.20"),
                    "gemini-2.5-flash", maxUsd("0.30", "2.50"),
                    "gpt-4.1", maxUsd("2.00", "8.00"));
    private static final Map<String, Set<Endpoint>> PROVIDERS =
            Catalog.shipped().models().stream()
                    .map(Model::provider)
                    .distinct()
                    .collect(toMap(it -> it, _ -> Endpoints.known().all()));

    private final Classifier counting = new RuleBasedClassifier();

    record Case(boolean latencySensitive, String language, Complexity complexity, String ceiling) {
        boolean covers(String model) {
            return ShippedPolicyTest.covers(ceiling, model);
        }

        String expected() {
            var most = new BigDecimal(ceiling.isEmpty() ? ASSUMED : ceiling);
            if (latencySensitive) {
                return "qwen-turbo";
            }
            if (language.equals("zh") && complexity != Complexity.COMPLEX) {
                return "deepseek-flash";
            }
            return switch (complexity) {
                case SIMPLE -> "qwen-turbo";
                case MODERATE ->
                        most.compareTo(new BigDecimal("0.05")) >= 0
                                ? "gemini-2.5-flash"
                                : "deepseek-flash";
                case COMPLEX ->
                        most.compareTo(new BigDecimal("0.10")) >= 0 ? "gpt-4.1" : "deepseek-flash";
            };
        }
    }

    static Stream<Case> cases() {
        return Stream.of(true, false)
                .flatMap(
                        hurry ->
                                Stream.of("", "en", "zh", "ja")
                                        .flatMap(
                                                language ->
                                                        Arrays.stream(Complexity.values())
                                                                .flatMap(
                                                                        it ->
                                                                                cases(
                                                                                        hurry,
                                                                                        language,
                                                                                        it))));
    }

    private static Stream<Case> cases(boolean hurry, String language, Complexity complexity) {
        return CEILINGS.stream().map(it -> new Case(hurry, language, complexity, it));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void jobWithoutOutputLimitGetsTheModelOfTheTableThatItsCeilingAllows(Case given) {
        PlannerScene scene = new PlannerScene(Catalog.shipped(), PROVIDERS);
        scene.active = Optional.of(ActivePolicy.of("default", "v1", Policy.SHIPPED));
        scene.classifier = (line, now) -> new FixedProfile(given, counting.classify(line, now));
        String options =
                given.ceiling().isEmpty() ? "{}" : "{\"max_cost_usd\":" + given.ceiling() + "}";

        Plan plan = scene.plan(Requests.line("/v1/chat/completions", BODY, options));

        if (given.covers(given.expected())) {
            assertThat(PlannerScene.routed(plan).model().name()).isEqualTo(given.expected());
        } else if (given.covers("qwen-turbo")) {
            // The last rule, "cheapest", has it.
            assertThat(PlannerScene.routed(plan).model().name()).isEqualTo("qwen-turbo");
        } else {
            assertThat(PlannerScene.rejected(plan).error()).isEqualTo(ErrorCode.BUDGET_EXCEEDED);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, gemini-2.5-flash",
        "30, gemini-2.5-flash",
        "49, gemini-2.5-flash",
        "50, gpt-4.1"
    })
    void questionWithAReasoningWordGetsTheModelForItsLength(int words, String model) {
        PlannerScene scene = new PlannerScene(Catalog.shipped(), PROVIDERS);
        scene.active = Optional.of(ActivePolicy.of("default", "v1", Policy.SHIPPED));
        scene.classifier = counting;
        String question = "Why" + " word".repeat(words - 1);

        Plan plan =
                scene.plan(
                        Requests.line(
                                "/v1/chat/completions",
                                BODY.replace("Where is it?", question),
                                "{\"max_cost_usd\":5}"));

        assertThat(PlannerScene.routed(plan).model().name()).isEqualTo(model);
    }

    @Test
    void onlyCeilingsBelowTheCheapestWorstCaseAreRejected() {
        assertThat(CEILINGS)
                .filteredOn(it -> !it.isEmpty() && !covers(it, "qwen-turbo"))
                .containsExactly("0");
        assertThat(CEILINGS)
                .filteredOn(it -> covers(it, "qwen-turbo") && !covers(it, "deepseek-flash"))
                .containsExactly("0.001", "0.0016", "0.002");
        assertThat(covers("0.05", "gemini-2.5-flash")).isTrue();
        assertThat(covers("0.10", "gpt-4.1")).isTrue();
    }

    /** Returns true when the ceiling covers the worst case of one attempt. */
    private static boolean covers(String ceiling, String model) {
        return ceiling.isEmpty() || new BigDecimal(ceiling).compareTo(MAX_USD.get(model)) >= 0;
    }

    /** Worst case: input tokens are at most the bytes plus 128, output tokens the added limit. */
    private static BigDecimal maxUsd(String inputPrice, String outputPrice) {
        return new BigDecimal(inputPrice)
                .multiply(BigDecimal.valueOf(BODY.length() + 128))
                .add(new BigDecimal(outputPrice).multiply(BigDecimal.valueOf(4_096)))
                .movePointLeft(6);
    }

    /** Classifies a job as the case says, and counts its real tokens. */
    private record FixedProfile(Case given, Profile counted) implements Profile {
        @Override
        public Complexity complexity() {
            return given.complexity();
        }

        @Override
        public boolean needsReasoning() {
            return false;
        }

        @Override
        public TaskType task() {
            return TaskType.CHAT;
        }

        @Override
        public Optional<String> language() {
            return given.language().isEmpty() ? Optional.empty() : Optional.of(given.language());
        }

        @Override
        public boolean isLatencySensitive() {
            return given.latencySensitive();
        }

        @Override
        public Set<Capability> capabilities() {
            return counted.capabilities();
        }

        @Override
        public long quickInputTokens() {
            return counted.quickInputTokens();
        }

        @Override
        public long inputs() {
            return counted.inputs();
        }

        @Override
        public TokenCount inputTokens(Model model) {
            return counted.inputTokens(model);
        }

        @Override
        public OptionalLong maxInputTokens(Model model) {
            return counted.maxInputTokens(model);
        }

        @Override
        public TokenCount outputTokens(Model model, Endpoint called) {
            return counted.outputTokens(model, called);
        }
    }
}
