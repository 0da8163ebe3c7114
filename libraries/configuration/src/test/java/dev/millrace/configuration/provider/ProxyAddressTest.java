package dev.millrace.configuration.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.provider.ProxyAddress.Login;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyAddressTest {
    @ParameterizedTest
    @CsvSource({
        "http://proxy.example:3128, false, proxy.example, 3128",
        "HTTP://proxy.example/, false, proxy.example, 80",
        "https://proxy.example, true, proxy.example, 443",
        "proxy:3128, false, proxy, 3128",
        "http://[::1]:8080, false, ::1, 8080"
    })
    void addressHasSchemeHostAndPort(String text, boolean isTls, String host, int port) {
        assertThat(ProxyAddress.parse(text))
                .contains(new ProxyAddress(isTls, host, port, Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({
        "http://user:pass@h, user, pass",
        "http://user@h, user, ''",
        "http://user:a%3Ab%40c+d@h, user, a:b@c+d",
        "user:pass@h:1, user, pass"
    })
    void loginIsDecoded(String text, String user, String password) {
        assertThat(ProxyAddress.parse(text).flatMap(ProxyAddress::login))
                .contains(new Login(user, password));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "socks5://h:1080",
                "http://",
                "http://h:70000",
                "http://h:0",
                "http://h/path",
                "http://h?a=b",
                "http://a b",
                "http://us%er@h"
            })
    void otherTextIsNoAddress(String text) {
        assertThat(ProxyAddress.parse(text)).isEmpty();
    }

    @Test
    void loginIsNeverShown() {
        assertThat(ProxyAddress.parse("http://user:pass@h").orElseThrow().toString())
                .contains("h")
                .doesNotContain("user", "pass");
    }
}
