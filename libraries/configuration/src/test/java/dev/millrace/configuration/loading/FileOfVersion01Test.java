package dev.millrace.configuration.loading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.yaml.binding.Keys;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests that a version 0.1 configuration with every key can still be read. */
class FileOfVersion01Test {
    private static final String FOLDER = "/compatibility/0.1/";

    private static List<String> keys() {
        return Resources.text(FOLDER + "configuration-keys.txt").lines().toList();
    }

    @Test
    void isRead() {
        var config =
                new ConfigLoader(
                                Map.of(
                                        "OPENAI_API_KEY",
                                        "sk-0123456789abcdef01",
                                        "SECOND_KEY",
                                        "sk-0123456789abcdef02",
                                        "ANTHROPIC_API_KEY",
                                        "sk-ant-0123456789abcdef"))
                        .parse("millrace.yaml", Resources.text(FOLDER + "configuration.yaml"));

        assertThat(config.providers())
                .containsOnlyKeys("openai", "azure", "anthropic", "simulator");
        assertThat(config.policy("default").orElseThrow().rules()).hasSize(5);
        assertThat(config.worker().instance()).contains("worker-0");
        assertThat(config.sink().webhooks()).hasSize(1);
    }

    @Test
    void hasOnlyKeysOfThisVersion() {
        assertThat(Keys.of(MillraceKeys.class, MillraceKeys.conversions())).containsAll(keys());
    }
}
