package dev.millrace.configuration.loading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.yaml.binding.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares {@code docs/configuration.md} with the configuration; the schema has each key. */
class ConfigurationPageTest {
    private static final Path PAGE = Path.of("..", "..", "docs", "configuration.md");

    @Test
    void explainsEverySection() throws IOException {
        Set<String> sections =
                Keys.of(MillraceKeys.class, MillraceKeys.conversions()).stream()
                        .map(key -> key.split("\\.", -1)[0])
                        .collect(Collectors.toSet());

        String keys = Files.readString(PAGE).split("## Every key", -1)[1];
        assertThat(sections).allSatisfy(section -> assertThat(keys).contains("`" + section + "`"));
    }

    @Test
    void saysWhereLimitsCanStand() throws IOException {
        assertThat(Files.readString(PAGE))
                .contains("### `kafka`", "### `limits`", "### `metrics`", "### `providers`")
                .contains("`limits` applies to all providers", "`providers.*.limits` to one")
                .contains("`models.*.limits` to one model", "`providers.*.key_limits` to each");
    }
}
