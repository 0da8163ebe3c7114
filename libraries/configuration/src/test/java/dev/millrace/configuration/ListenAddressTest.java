package dev.millrace.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.yaml.problem.Violation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:9464", "localhost:0", "[::1]:80", "0.0.0.0:65535"})
    void printsTheParsedForm(String text) {
        assertThat(ListenAddress.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "9464",
                ":9464",
                "host",
                "host:",
                "host:x",
                "host:65536",
                "::1:80",
                "host:-1"
            })
    void rejectsInvalidAddresses(String text) {
        assertThatThrownBy(() -> ListenAddress.parse(text)).isInstanceOf(Violation.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:1", "127.9.9.9:1", "localhost:1", "[::1]:1"})
    void loopbackAddressIsReachableFromThisMachineOnly(String text) {
        assertThat(ListenAddress.parse(text).isLoopback()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:1", "[::]:1", "10.0.0.1:1", "localhost.example:1"})
    void otherAddressMayBeReachableFromElsewhere(String text) {
        assertThat(ListenAddress.parse(text).isLoopback()).isFalse();
    }
}
