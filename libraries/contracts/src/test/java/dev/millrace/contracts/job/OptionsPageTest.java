package dev.millrace.contracts.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.documentation.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Compares the options listed on the pages with the options that are read. */
class OptionsPageTest {
    /** Options determined by the key, which a call to the gateway must not have. */
    private static final List<String> OF_THE_KEY = List.of("tenant", "batch");

    private static final Pattern OF_A_CALL =
            Pattern.compile(
                    "The body may have an object `millrace` with (.+?), \\[as in a",
                    Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("`([a-z_]+)`");

    @Test
    void messagesListsEveryOption() {
        assertThat(Table.of("messages.md", "key of `millrace`").names())
                .containsExactlyInAnyOrderElementsOf(OptionsReader.KEYS.keys());
    }

    @Test
    void gatewayListsEveryOptionOfACall() throws IOException {
        var sentence =
                OF_A_CALL.matcher(Files.readString(Path.of("..", "..", "docs", "gateway.md")));

        assertThat(sentence.find()).isTrue();
        assertThat(NAME.matcher(sentence.group(1)).results().map(it -> it.group(1)))
                .containsExactlyInAnyOrderElementsOf(
                        OptionsReader.KEYS.keys().stream()
                                .filter(it -> !OF_THE_KEY.contains(it))
                                .toList());
    }
}
