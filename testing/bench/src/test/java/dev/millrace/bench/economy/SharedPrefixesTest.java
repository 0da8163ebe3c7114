package dev.millrace.bench.economy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.contracts.job.RequestParser;
import dev.millrace.simulator.answer.AnswerGenerator;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedPrefixesTest {
    private final SharedPrefixes prefixes = SharedPrefixes.of(18_000);

    @Test
    void twoHundredShopsHaveTwoTo500Questions() {
        assertThat(prefixes.sizes()).hasSize(200);
        assertThat(prefixes.sizes().getFirst()).isEqualTo(2);
        assertThat(prefixes.sizes().getLast()).isBetween(480, 500);
        assertThat((double) prefixes.questions()).isCloseTo(18_000, within(500.0));
    }

    @Test
    void bothOrdersHaveTheSameLines() {
        List<String> arrival = prefixes.inArrivalOrder();

        assertThat(arrival)
                .containsExactlyInAnyOrderElementsOf(prefixes.sorted())
                .isNotEqualTo(prefixes.sorted());
    }

    @Test
    void questionsOfAShopShareTheInstructionsOnly() {
        var small = new SharedPrefixes(List.of(2));
        List<String> bodies =
                small.sorted().stream()
                        .map(it -> RequestParser.parse(it.getBytes(UTF_8)).accepted())
                        .map(it -> it.toString())
                        .toList();

        assertThat(bodies.getFirst()).isNotEqualTo(bodies.getLast());
        assertThat(AnswerGenerator.tokens(instructions(small.sorted().getFirst())))
                .isEqualTo(SharedPrefixes.PREFIX_TOKENS);
        assertThat(instructions(small.sorted().getFirst()))
                .isEqualTo(instructions(small.sorted().getLast()));
    }

    private static String instructions(String line) {
        int start = line.indexOf("Shop ");
        return line.substring(start, line.indexOf('"', start));
    }

    @Test
    void bestOrderStartsOneColdCallForEachMachine() {
        var two = new SharedPrefixes(List.of(10, 40));

        assertThat(two.cachedAtBest(0.5, 15))
                .isEqualTo((9L + 37) * SharedPrefixes.PREFIX_TOKENS);
        assertThat(two.cachedAtBest(3, 15)).isEqualTo((9L + 39) * SharedPrefixes.PREFIX_TOKENS);
    }
}
