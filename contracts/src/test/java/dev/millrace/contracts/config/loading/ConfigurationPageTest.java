package dev.millrace.contracts.config.loading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.reader.binding.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares {@code docs/configuration.md} with the configuration. */
class ConfigurationPageTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");

    private static final String PRICE = "models.*.price.";

    private static final Set<String> RATES =
            Set.of("input", "cached_input", "cache_write", "cache_write_1h", "output");

    @Test
    void explainsEveryKeyOnce() throws IOException {
        List<String> explained = explained();
        Set<String> keys = keys();

        assertThat(explained).doesNotHaveDuplicates();
        assertThat(keys).containsAll(explained);
        assertThat(explained)
                .containsAll(keys.stream().filter(key -> !isSection(key, keys)).toList());
    }

    @Test
    void saysWhereLimitsCanStand() throws IOException {
        assertThat(Files.readString(PAGE))
                .contains("### `kafka`", "### `limits`", "### `metrics`", "### `providers`")
                .contains("`limits` applies to all providers", "`providers.*.limits` to one")
                .contains("`models.*.limits` to one model", "`providers.*.key_limits` to each");
    }

    private static List<String> explained() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .filter(line -> line.matches("\\| `[a-z_.*\\[\\]0-9]+` \\|.*"))
                .map(line -> line.substring(3, line.indexOf('`', 3)))
                .flatMap(ConfigurationPageTest::keysOfRow)
                .toList();
    }

    private static Set<String> keys() {
        return Keys.of(MillraceKeys.class, MillraceKeys.CONVERSIONS).stream()
                .filter(key -> key.contains(".") && !key.endsWith(".*"))
                .collect(Collectors.toSet());
    }

    /** Returns true for a key with keys below it, which needs no row. */
    private static boolean isSection(String key, Set<String> keys) {
        return keys.stream().anyMatch(it -> it.startsWith(key + ".") || it.startsWith(key + "["));
    }

    /** Returns the keys of a row: the page explains the keys of limits and prices only once. */
    private static Stream<String> keysOfRow(String key) {
        if (key.startsWith("limits.")) {
            return Stream.of(
                    key, "providers.*." + key, "providers.*.key_" + key, "models.*." + key);
        }
        if (key.startsWith(PRICE)) {
            return keysOfPrice(key.substring(PRICE.length())).map(it -> PRICE + it);
        }
        return Stream.of(key);
    }

    private static Stream<String> keysOfPrice(String key) {
        if (RATES.contains(key)) {
            return Stream.of("", "above.", "further_above[].")
                    .flatMap(it -> Stream.of(it + key, "tiers.*." + it + key));
        }
        if (key.equals("above.input_tokens")) {
            return Stream.of(key, "further_above[].input_tokens")
                    .flatMap(it -> Stream.of(it, "tiers.*." + it));
        }
        return Stream.of(key);
    }
}
