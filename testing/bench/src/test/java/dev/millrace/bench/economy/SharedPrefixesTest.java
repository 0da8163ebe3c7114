package dev.millrace.bench.economy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.contracts.job.RequestParser;
import dev.millrace.simulator.answer.AnswerGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedPrefixesTest {
    private static final Instant DEADLINE = Instant.parse("2026-11-30T12:00:00Z");

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
        List<String> sorted = prefixes.lines(true, DEADLINE);

        assertThat(prefixes.lines(false, DEADLINE))
                .containsExactlyInAnyOrderElementsOf(sorted)
                .isNotEqualTo(sorted);
    }

    @Test
    void questionsOfAShopShareTheInstructionsOnly() {
        List<String> lines = new SharedPrefixes(List.of(2, 1)).lines(true, DEADLINE);

        assertThat(lines).doesNotHaveDuplicates();
        assertThat(instructions(lines.get(0)))
                .isEqualTo(instructions(lines.get(1)))
                .isNotEqualTo(instructions(lines.get(2)));
        assertThat(AnswerGenerator.tokens(instructions(lines.getFirst())))
                .isEqualTo(SharedPrefixes.PREFIX_TOKENS);
    }

    @Test
    void everyLineIsAJob() {
        for (String line : new SharedPrefixes(List.of(3)).lines(true, DEADLINE)) {
            var job = RequestParser.parse(line.getBytes(UTF_8)).accepted();

            assertThat(job.model()).isEqualTo(SharedPrefixes.MODEL);
            assertThat(line).endsWith("\"deadline\":\"2026-11-30T12:00:00Z\"}}");
        }
    }

    private static String instructions(String line) {
        int start = line.indexOf("Shop ");
        return line.substring(start, line.indexOf('"', start));
    }

    @Test
    void bestOrderStartsOneColdCallForEachMachine() {
        var two = new SharedPrefixes(List.of(10, 40));

        assertThat(two.cachedAtBest(Duration.ofSeconds(30), 15))
                .isEqualTo((9L + 37) * SharedPrefixes.PREFIX_TOKENS);
        assertThat(two.cachedAtBest(Duration.ofMinutes(3), 15))
                .isEqualTo((9L + 39) * SharedPrefixes.PREFIX_TOKENS);
    }
}
