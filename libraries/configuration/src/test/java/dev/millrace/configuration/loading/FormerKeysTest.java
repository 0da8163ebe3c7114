package dev.millrace.configuration.loading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.yaml.problem.ConfigException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FormerKeysTest {
    private static MillraceConfig parse(String yaml) {
        return new ConfigLoader(Map.of()).parse("test", yaml);
    }

    @Test
    void addressesOfTheFormerServerAreLeftOut() {
        MillraceConfig config =
                parse(
                        """
                        gateway: { listen: "127.0.0.1:1", sink: { url: "http://127.0.0.1:2" } }
                        sink: { listen: "127.0.0.1:2", retention: 1d }
                        """);

        assertThat(config)
                .isEqualTo(parse("gateway: { listen: \"127.0.0.1:1\" }\nsink: { retention: 1d }"));
    }

    @Test
    void keysThatProtectedItAreRefused() {
        assertThatThrownBy(() -> parse("sink: { api_keys: [ { name: a } ] }"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("sink.api_keys");
    }
}
