package dev.millrace.contracts.config.loading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.reader.binding.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Compares {@code docs/configuration.md} with the configuration. */
class ConfigurationPageTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");

    @Test
    void documentsExactlyTheSupportedKeys() throws IOException {
        var explained =
                Files.readAllLines(PAGE).stream()
                        .filter(line -> line.matches("\\| `[a-z_.*\\[\\]0-9]+` \\|.*"))
                        .filter(line -> line.chars().filter(it -> it == '|').count() >= 5)
                        .map(line -> line.substring(3, line.indexOf('`', 3)))
                        .toList();
        var keys =
                Keys.of(MillraceKeys.class, MillraceKeys.CONVERSIONS).stream()
                        .filter(key -> key.contains(".") && !key.endsWith(".*"))
                        .toList();

        assertThat(explained).containsExactlyInAnyOrderElementsOf(keys);
        assertThat(Files.readString(PAGE))
                .contains("### `kafka`", "### `limits`", "### `metrics`", "### `providers`");
    }
}
