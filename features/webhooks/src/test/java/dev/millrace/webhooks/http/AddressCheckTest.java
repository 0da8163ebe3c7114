package dev.millrace.webhooks.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.webhook.AddressRange;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressCheckTest {
    private final AddressCheck check = new AddressCheck(List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "10.1.2.3",
                "100.64.0.1",
                "100.100.100.200",
                "127.0.0.1",
                "127.255.255.254",
                "168.63.129.16",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "198.18.0.1",
                "224.0.0.1",
                "239.255.255.255",
                "255.255.255.255",
                "::",
                "::1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::127.0.0.1",
                "64:ff9b::a00:1",
                "64:ff9b:1::1",
                "fc00::1",
                "fd00:ec2::254",
                "fe80::1",
                "fec0::1",
                "ff02::1",
                "2001:db8::1",
                "2001::1",
                "2002:7f00:1::1",
            })
    void addressThatIsNotPublicIsRefused(String address) {
        assertThat(check.allows(InetAddress.ofLiteral(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8.8.8.8",
                "172.15.255.255",
                "172.32.0.1",
                "100.128.0.1",
                "192.169.0.1",
                "223.255.255.255",
                "2606:4700::1111",
                "2a00:1450:4001::1",
                "64:ff9b::808:808",
            })
    void publicAddressIsAllowed(String address) {
        assertThat(check.allows(InetAddress.ofLiteral(address))).isTrue();
    }

    @Test
    void configuredRangeIsAllowedAndNothingElse() {
        var configured = new AddressCheck(List.of(AddressRange.parse("10.1.0.0/16")));

        assertThat(configured.allows(InetAddress.ofLiteral("10.1.2.3"))).isTrue();
        assertThat(configured.allows(InetAddress.ofLiteral("::ffff:10.1.2.3"))).isTrue();
        assertThat(configured.allows(InetAddress.ofLiteral("10.2.2.3"))).isFalse();
        assertThat(configured.allows(InetAddress.ofLiteral("127.0.0.1"))).isFalse();
    }
}
