package dev.millrace.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.loading.ConfigLoader;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequiredKeysTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|false",
                "{ listen: 127.0.0.1:8080 }|false",
                "{ listen: 0.0.0.0:8080 }|true",
                "{ listen: gateway.example:8080 }|true",
                "{ listen: 0.0.0.0:8080, require_keys: false }|false",
                "{ require_keys: true }|true"
            })
    void keysAreRequiredWhereOtherMachinesCanConnectUnlessConfigured(
            String gateway, boolean required) {
        MillraceConfig config = new ConfigLoader(Map.of()).parse("test", "gateway: " + gateway);

        assertThat(config.gateway().keysRequired()).isEqualTo(required);
    }
}
