package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.WorkerConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SecretsTest {
    @Test
    void clientPropertiesAreNotShown() {
        var settings =
                new ClientSettings(
                        Map.of("sasl.jaas.config", "password=hunter2"),
                        "millrace.",
                        "w1",
                        WorkerConfig.DEFAULT);

        assertThat(settings.toString()).doesNotContain("hunter2").contains("millrace.");
    }
}
