package dev.millrace.gateway.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares the lists of {@code docs/gateway.md} with the code. */
class GatewayPageTest {
    private static final Pattern NAME = Pattern.compile("`([A-Za-z_-]+)`");

    /**
     * Errors that jobs of the gateway never have, because it checks their lines and creates new
     * custom_ids.
     */
    private static final List<ErrorCode> OF_OTHER_JOBS =
            List.of(
                    ErrorCode.MALFORMED_REQUEST,
                    ErrorCode.DUPLICATE,
                    ErrorCode.DUPLICATE_CUSTOM_ID);

    private static Stream<String> rows(String firstColumn) throws IOException {
        return Files.readAllLines(Path.of("..", "docs", "gateway.md")).stream()
                .dropWhile(line -> !line.startsWith("| " + firstColumn + " |"))
                .takeWhile(line -> line.startsWith("|"))
                .skip(2);
    }

    private static List<String> names(String cell) {
        return NAME.matcher(cell).results().map(it -> it.group(1)).toList();
    }

    @Test
    void headersOfAnAnswerAreListed() throws IOException {
        List<String> listed =
                rows("header of the answer")
                        .flatMap(row -> names(row.split("\\|", -1)[1]).stream())
                        .map(it -> it.startsWith("-") ? "X-Millrace" + it : it)
                        .filter(it -> !it.equals("X-Request-ID"))
                        .toList();

        assertThat(listed).containsExactlyInAnyOrderElementsOf(AnswerSender.provenanceHeaders());
    }

    @Test
    void statusOfEachErrorIsListed() throws IOException {
        Map<String, String> listed = new TreeMap<>();
        rows("the job ended with")
                .map(row -> row.split("\\|", -1))
                .forEach(
                        cells ->
                                names(cells[1])
                                        .forEach(
                                                it ->
                                                        listed.put(
                                                                it,
                                                                cells[2].strip().substring(0, 3))));

        Map<String, String> actual = new TreeMap<>();
        Arrays.stream(ErrorCode.values())
                .filter(it -> !OF_OTHER_JOBS.contains(it))
                .forEach(
                        it ->
                                actual.put(
                                        it.code(),
                                        Integer.toString(JobErrors.kind(it.code()).status())));
        assertThat(listed).isEqualTo(actual);
    }
}
