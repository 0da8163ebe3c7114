package dev.millrace.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.yaml.problem.ConfigException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CorsOriginsTest {
    private static GatewayConfig.Cors read(String origin) {
        return new ConfigLoader(Map.of())
                .parse("my.yaml", "gateway: { cors: { origins: [\"" + origin + "\"] } }")
                .gateway()
                .cors();
    }

    @Test
    void noPageMayReadAnswersByDefault() {
        assertThat(GatewayConfig.DEFAULT.cors().origins()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://app.example.com, https://app.example.com",
        "HTTPS://App.Example.com:443, https://app.example.com",
        "http://localhost:80, http://localhost",
        "http://localhost:3000, http://localhost:3000",
        "http://[::1]:3000, http://[::1]:3000",
        "tauri://localhost, tauri://localhost"
    })
    void originIsWrittenAsBrowsersSendIt(String written, String sent) {
        assertThat(read(written).origins()).containsExactly(sent);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "null",
                "app.example.com",
                "https://a.example/",
                "https://*.example",
                ""
            })
    void otherTextIsRefusedWithAnExample(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("gateway.cors.origins", "https://app.example.com");
    }
}
