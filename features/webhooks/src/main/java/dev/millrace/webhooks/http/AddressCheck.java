package dev.millrace.webhooks.http;

import dev.millrace.contracts.webhook.AddressRange;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Decides which IP addresses may receive events. An event must not reach an internal service
 * because a user entered its address or pointed a name at it.
 */
final class AddressCheck {
    /**
     * The IPv4 addresses that are not public, from the registry of special-purpose addresses of
     * IANA, and the address of Azure's machine agent.
     */
    private static final List<AddressRange> REFUSED_IPV4 =
            ranges(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "168.63.129.16",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/4",
                    "240.0.0.0/4");

    /** The part of IPv6 that is used for public addresses. */
    private static final AddressRange GLOBAL_IPV6 = AddressRange.parse("2000::/3");

    /**
     * Parts of the public range that are not public, or that contain an IPv4 address (6to4,
     * Teredo).
     */
    private static final List<AddressRange> REFUSED_IPV6 =
            ranges("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

    /** IPv4 addresses as networks without IPv4 reach them (NAT64): the last four bytes count. */
    private static final AddressRange NAT64 = AddressRange.parse("64:ff9b::/96");

    private static final int IPV4_BYTES = 4;

    private final List<AddressRange> allowed;

    /**
     * @param allowed addresses that may receive events although they are not public
     */
    AddressCheck(List<AddressRange> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    private static List<AddressRange> ranges(String... texts) {
        return Stream.of(texts).map(AddressRange::parse).toList();
    }

    /** Returns true if the address may receive events. */
    boolean allows(InetAddress address) {
        return allowed.stream().anyMatch(it -> it.contains(address)) || isPublic(address);
    }

    private static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == IPV4_BYTES) {
            return REFUSED_IPV4.stream().noneMatch(it -> it.contains(address));
        }
        if (NAT64.contains(address)) {
            return isPublic(
                    ipv4(Arrays.copyOfRange(bytes, bytes.length - IPV4_BYTES, bytes.length)));
        }
        return GLOBAL_IPV6.contains(address)
                && REFUSED_IPV6.stream().noneMatch(it -> it.contains(address));
    }

    private static InetAddress ipv4(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an IPv4 address has four bytes", e);
        }
    }
}
