package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.loading.ConfigLoader;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WorkerSettingsTest {
    private final SplittableRandom random = new SplittableRandom(1);

    private String instance(String yaml) {
        var environment = Map.of("HOSTNAME", "shared-host");
        return WorkerSettings.configuredOrUnique(
                new ConfigLoader(environment).parse("m.yaml", yaml), random);
    }

    @Test
    void instanceIsUniqueByDefault() {
        assertThat(instance("")).isNotEqualTo(instance("")).matches("[0-9a-f]{16}");
    }

    @Test
    void configuredInstanceIsUsed() {
        assertThat(instance("worker: { instance: \"${HOSTNAME}\" }")).isEqualTo("shared-host");
    }
}
