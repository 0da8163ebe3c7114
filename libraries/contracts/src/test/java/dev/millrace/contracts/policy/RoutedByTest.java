package dev.millrace.contracts.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutedByTest {
    @Test
    void containsPolicyRuleAndVersion() {
        var third = new RoutedBy("default", 3, RoutedBy.version(7));

        assertThat(third.text()).isEqualTo("default/3@v7");
        assertThat(RoutedBy.of("default/3@v7")).contains(third);
    }

    @Test
    void configuredPolicyVersionIsAFingerprint() {
        var version = RoutedBy.version(Policy.SHIPPED);

        assertThat(version).isEqualTo("file-" + Policy.SHIPPED.fingerprint());
        assertThat(RoutedBy.of("default/1@" + version))
                .contains(new RoutedBy("default", 1, version));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "catalog",
                "alias",
                "",
                "default@v7",
                "default/0@v1",
                "default/x@v1",
                "default/1@"
            })
    void isEmptyIfNoRuleDecided(String text) {
        assertThat(RoutedBy.of(text)).isEmpty();
    }
}
