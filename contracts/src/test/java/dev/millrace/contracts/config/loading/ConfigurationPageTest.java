package dev.millrace.contracts.config.loading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.reader.binding.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares {@code docs/configuration.md} with the configuration. */
class ConfigurationPageTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");

    @Test
    void documentsExactlyTheSupportedKeys() throws IOException {
        var explained =
                Files.readAllLines(PAGE).stream()
                        .filter(line -> line.matches("\\| `[a-z_.*\\[\\]0-9]+` \\|.*"))
                        .map(line -> line.substring(3, line.indexOf('`', 3)))
                        .flatMap(ConfigurationPageTest::keysOfRow)
                        .collect(Collectors.toCollection(ArrayList::new));
        explained.addAll(List.of("providers.*.limits", "models.*.limits"));
        var keys =
                Keys.of(MillraceKeys.class, MillraceKeys.CONVERSIONS).stream()
                        .filter(key -> key.contains(".") && !key.endsWith(".*"))
                        .toList();

        assertThat(explained).containsExactlyInAnyOrderElementsOf(keys);
        assertThat(Files.readString(PAGE))
                .contains("### `kafka`", "### `limits`", "### `metrics`", "### `providers`")
                .contains("`limits` applies to all providers", "`providers.*.limits` to one")
                .contains("`models.*.limits` to one model", "`providers.*.key_limits` to each");
    }

    /** Returns the keys of a row: the page explains the keys of {@code limits} only once. */
    private static Stream<String> keysOfRow(String key) {
        return key.startsWith("limits.")
                ? Stream.of(key, "providers.*." + key, "providers.*.key_" + key, "models.*." + key)
                : Stream.of(key);
    }
}
