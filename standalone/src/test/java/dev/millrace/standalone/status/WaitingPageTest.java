package dev.millrace.standalone.status;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.waiting.WaitingReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page of operations lists each reason to wait, with what status shows. */
class WaitingPageTest {
    private static final Pattern ROW =
            Pattern.compile("^\\| `([a-z_]+)` \\| `([^`]+)` \\|", Pattern.MULTILINE);

    private final Map<String, String> rows = rows();

    private static Map<String, String> rows() {
        String page = read(Path.of("../docs/operations.md"));
        int start = page.indexOf("## Why jobs wait");
        String section = page.substring(start, page.indexOf("\n## ", start));
        return ROW.matcher(section)
                .results()
                .collect(
                        toMap(
                                (MatchResult it) -> it.group(1),
                                it -> it.group(2),
                                (one, _) -> one,
                                LinkedHashMap::new));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void pageListsTheReasonsInTheOrderOfTheVocabulary() {
        assertThat(rows.keySet())
                .containsExactlyElementsOf(
                        Arrays.stream(WaitingReason.values()).map(WaitingReason::word).toList());
    }

    @Test
    void eachExampleHasItsReason() {
        assertThat(rows)
                .allSatisfy(
                        (reason, example) ->
                                assertThat(example)
                                        .matches(
                                                "(jobs wait|[a-z0-9-]+ waits)( in lane bulk)?: "
                                                        + reason
                                                        + ": .+"));
    }
}
