package dev.millrace.worker.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.BreakerEffect;
import dev.millrace.contracts.error.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page of resilience lists the errors that breakers count. */
class BreakersPageTest {
    private static final Pattern CODE = Pattern.compile("`([a-z_]+)`");

    private final String page = read(Path.of("../docs/resilience.md"));

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the codes in a cell of the table of breakers. */
    private Set<String> codes(String breaker, int column) {
        String row =
                page.lines()
                        .filter(it -> it.startsWith("| " + breaker + " |"))
                        .findFirst()
                        .orElseThrow();
        return CODE.matcher(row.split("\\|", -1)[column])
                .results()
                .map((MatchResult it) -> it.group(1))
                .collect(Collectors.toSet());
    }

    private static Set<String> codes(BreakerEffect effect) {
        return Arrays.stream(ErrorCode.values())
                .filter(it -> it.breakerEffect() == effect)
                .map(ErrorCode::code)
                .collect(Collectors.toSet());
    }

    @Test
    void failuresOfAModelAreTheErrorsThatCount() {
        assertThat(codes("a model", 2)).isEqualTo(codes(BreakerEffect.COUNTS));
    }

    @Test
    void errorsThatOpenABreakerAtOnceAreListed() {
        assertThat(codes("a model", 3)).isEqualTo(codes(BreakerEffect.OPENS));
        assertThat(codes("an API key", 3)).isEqualTo(codes(BreakerEffect.OPENS_KEY));
    }
}
