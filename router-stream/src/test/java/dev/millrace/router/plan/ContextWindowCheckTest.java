package dev.millrace.router.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.money.Price;
import dev.millrace.router.classify.Requests;
import dev.millrace.router.classify.RuleBasedClassifier;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Jobs near the end of a window of 1,000 tokens. The inputs are lists of tokens. */
class ContextWindowCheckTest {
    private static final Model SMALL = model("small", Set.of());
    private static final Model VECTOR = model("vector", Set.of(Endpoint.EMBEDDINGS));

    private static final String TOO_LONG =
            "[" + String.join(",", Collections.nCopies(1_001, "7")) + "]";

    private static final String HALF = "[" + String.join(",", Collections.nCopies(600, "7")) + "]";

    private final PlannerScene scene = PlannerScene.of(SMALL, VECTOR);

    ContextWindowCheckTest() {
        scene.classifier = new RuleBasedClassifier();
    }

    private static Model model(String name, Set<Endpoint> urls) {
        return Model.of(name, "everything", Price.of("1", "1"))
                .withTokens(Model.Tokens.ofWindow(1_000))
                .servedAs(name, urls);
    }

    private Optional<String> problem(RequestLine line) {
        return switch (scene.plan(line)) {
            case Plan.Routed _ -> Optional.empty();
            case Plan.Rejected rejected -> {
                assertThat(rejected.error()).isEqualTo(ErrorCode.CONTEXT_LENGTH_EXCEEDED);
                yield Optional.of(rejected.message());
            }
        };
    }

    private static RequestLine embeddings(String input) {
        return Requests.line(
                "/v1/embeddings", "{\"model\":\"vector\",\"input\":" + input + "}", "{}");
    }

    private static RequestLine completions(String prompt, String options) {
        return Requests.line(
                "/v1/completions", "{\"model\":\"small\",\"prompt\":" + prompt + "}", options);
    }

    @Nested
    class OfSeveralInputs {
        @Test
        void eachHasTheWindowForItself() {
            String two = "[" + HALF + "," + HALF + "]";

            assertThat(problem(completions(two, "{}"))).isEmpty();
            assertThat(problem(embeddings(two))).isEmpty();
            assertThat(problem(embeddings("[" + TOO_LONG + "]"))).isPresent();
        }

        @Test
        void oneIsTooLongIfTheAverageIs() {
            String two = "[" + TOO_LONG + "," + TOO_LONG + "]";

            assertThat(problem(completions(two, "{}")))
                    .contains(
                            "an input of the request has at least 1,001 input tokens and asks for 0"
                                    + " output tokens; the context window of small has 1,000");
        }

        @Test
        void theOnlyOneCountsAsAWhole() {
            assertThat(problem(completions(TOO_LONG, "{}")).orElseThrow())
                    .startsWith("the request has at least 1,001 input tokens");
        }
    }

    @Nested
    class OfADefaultLimit {
        @Test
        void outputIsCounted() {
            assertThat(problem(completions(HALF, "{}"))).isEmpty();
            assertThat(problem(completions(HALF, "{\"max_cost_usd\":1}")))
                    .contains(
                            "the request has at least 600 input tokens and a default limit of 500"
                                    + " output tokens; the context window of small has 1,000");
        }
    }
}
