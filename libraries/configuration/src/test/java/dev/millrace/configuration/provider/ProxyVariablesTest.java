package dev.millrace.configuration.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.provider.ProxyVariables.Variable;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyVariablesTest {
    private static final URI HTTPS = URI.create("https://api.example.com/v1");
    private static final URI HTTP = URI.create("http://api.example.com/v1");

    @Nested
    class AProxy {
        private final ProxyVariables both =
                new ProxyVariables(Map.of("HTTPS_PROXY", "http://s", "HTTP_PROXY", "http://p"));

        @Test
        void eachSchemeHasItsVariable() {
            assertThat(both.proxyFor(HTTPS)).contains(new Variable("HTTPS_PROXY", "http://s"));
            assertThat(both.proxyFor(HTTP)).contains(new Variable("HTTP_PROXY", "http://p"));
        }

        @Test
        void lowerCaseTakesPrecedenceUnlessItIsEmpty() {
            assertThat(
                            new ProxyVariables(Map.of("HTTPS_PROXY", "a", "https_proxy", "b"))
                                    .proxyFor(HTTPS))
                    .contains(new Variable("https_proxy", "b"));
            assertThat(
                            new ProxyVariables(Map.of("HTTPS_PROXY", "a", "https_proxy", ""))
                                    .proxyFor(HTTPS))
                    .contains(new Variable("HTTPS_PROXY", "a"));
        }

        @Test
        void withoutVariablesThereIsNone() {
            assertThat(new ProxyVariables(Map.of()).proxyFor(HTTPS)).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "http://localhost:11434",
                    "http://model.localhost",
                    "http://127.0.0.9:8000",
                    "https://[::1]:8000"
                })
        void thisMachineNeedsNone(String address) {
            assertThat(both.proxyFor(URI.create(address))).isEmpty();
        }

        @Test
        void addressIsNeverShown() {
            assertThat(new Variable("HTTPS_PROXY", "http://u:secret@h").toString())
                    .doesNotContain("secret");
        }
    }

    @Nested
    class AnException {
        private static boolean isDirect(String noProxy, String address) {
            return new ProxyVariables(Map.of("https_proxy", "http://p", "NO_PROXY", noProxy))
                    .proxyFor(URI.create(address))
                    .isEmpty();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "*|https://a.example",
                    "a.example|https://a.example/v1",
                    "example|https://a.example",
                    ".example|https://a.example",
                    "*.example|https://a.example",
                    "other, A.Example|https://a.EXAMPLE",
                    "a.example:8443|https://a.example:8443",
                    "a.example:443|https://a.example",
                    "10.0.0.1|https://10.0.0.1",
                    "10.0.0.0/8|https://10.200.1.2",
                    "10.1.2.128/25|https://10.1.2.129",
                    "fd00::/8|https://[fd12::1]",
                    "[fd12::1]|https://[fd12::1]"
                })
        void matchingHostNeedsNoProxy(String noProxy, String address) {
            assertThat(isDirect(noProxy, address)).isTrue();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    ",|https://a.example",
                    "a.example|https://ba.example",
                    "b.example|https://a.example",
                    "a.example:8443|https://a.example",
                    "10.0.0.0/8|https://11.0.0.1",
                    "10.1.2.128/25|https://10.1.2.127",
                    "10.0.0.0/8|https://a.example",
                    "fd00::/8|https://10.0.0.1"
                })
        void otherHostNeedsTheProxy(String noProxy, String address) {
            assertThat(isDirect(noProxy, address)).isFalse();
        }
    }
}
