package dev.millrace.router.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.policy.Complexity;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.router.classify.KnownProfile;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table that the shipped policy stands for, written down a second time. */
class ShippedPolicyTest {
    private static final List<String> CEILINGS =
            List.of("", "0", "0.02", "0.049999", "0.05", "0.05001", "0.099999", "0.10", "5");
    private static final String ASSUMED = "0.02";

    record Case(boolean latencySensitive, String language, Complexity complexity, String ceiling) {
        String expected() {
            var most = new BigDecimal(ceiling.isEmpty() ? ASSUMED : ceiling);
            if (latencySensitive) {
                return "qwen-turbo";
            }
            if (language.equals("zh") && complexity != Complexity.COMPLEX) {
                return "deepseek-v3.2";
            }
            return switch (complexity) {
                case SIMPLE -> "qwen-turbo";
                case MODERATE ->
                        most.compareTo(new BigDecimal("0.05")) >= 0
                                ? "gemini-2.5-flash"
                                : "deepseek-v3.2";
                case COMPLEX ->
                        most.compareTo(new BigDecimal("0.10")) >= 0 ? "gpt-4.1" : "deepseek-v3.2";
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
    void theRuleThatHoldsNamesTheModelOfTheTable(Case given) {
        KnownProfile profile =
                KnownProfile.PLAIN
                        .withComplexity(given.complexity())
                        .withLatencySensitive(given.latencySensitive());
        var facts =
                new Facts(
                        new JobRequest(
                                JobId.of("t", "b", "a"),
                                "t",
                                Scene.line(
                                        "/v1/chat/completions",
                                        "{\"model\":\"auto\"}",
                                        given.ceiling().isEmpty()
                                                ? "{}"
                                                : "{\"max_cost_usd\":" + given.ceiling() + "}")),
                        given.language().isEmpty()
                                ? profile
                                : profile.withLanguage(given.language()));

        Optional<String> first =
                Policy.SHIPPED.rules().stream()
                        .filter(rule -> rule.when().map(facts::satisfy).orElse(true))
                        .findFirst()
                        .map(rule -> rule.use().getFirst());

        assertThat(first).contains(given.expected());
        assertThat(Catalog.shipped().find(given.expected())).isPresent();
    }
}
