package dev.millrace.configuration.provider;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code NO_PROXY}: a name with all names below it, an IP address, or a block of IP
 * addresses such as {@code 10.0.0.0/8}; {@code *} matches all hosts.
 *
 * @param host in lower case, without a leading dot
 * @param prefixBits length of the common part of a block of IP addresses; -1 for a single host
 * @param port -1 for all ports
 */
record ProxyException(String host, int prefixBits, int port) {
    private static final Pattern BLOCK = Pattern.compile("(.+)/(\\d{1,3})");
    private static final Pattern WITH_PORT = Pattern.compile("(\\[.+]|[^:]+):(\\d{1,5})");

    static ProxyException parse(String entry) {
        String text = entry.toLowerCase(Locale.ROOT);
        var block = BLOCK.matcher(text);
        if (block.matches()) {
            return new ProxyException(block.group(1), Integer.parseInt(block.group(2)), -1);
        }
        var withPort = WITH_PORT.matcher(text);
        return withPort.matches()
                ? new ProxyException(
                        name(withPort.group(1)), -1, Integer.parseInt(withPort.group(2)))
                : new ProxyException(name(text), -1, -1);
    }

    private static String name(String text) {
        String host = text.startsWith("*.") ? text.substring(1) : text;
        return ProxyAddress.withoutBrackets(host.startsWith(".") ? host.substring(1) : host);
    }

    /** Returns true if the host is this machine, which no proxy can reach. */
    static boolean isThisMachine(String host) {
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || literal(host).map(InetAddress::isLoopbackAddress).orElse(false);
    }

    /**
     * Returns true if calls to the given host need no proxy.
     *
     * @param target in lower case, without brackets
     */
    boolean includes(String target, int targetPort) {
        if (port >= 0 && port != targetPort) {
            return false;
        }
        if (prefixBits >= 0) {
            return isInBlock(bytes(host), bytes(target));
        }
        return host.equals("*") || target.equals(host) || target.endsWith("." + host);
    }

    private boolean isInBlock(byte @Nullable [] block, byte @Nullable [] target) {
        if (block == null || target == null || block.length != target.length) {
            return false;
        }
        for (int bit = 0; bit < Math.min(prefixBits, block.length * Byte.SIZE); bit++) {
            int mask = 0x80 >> bit % Byte.SIZE;
            if (((block[bit / Byte.SIZE] ^ target[bit / Byte.SIZE]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    private static byte @Nullable [] bytes(String host) {
        return literal(host).map(InetAddress::getAddress).orElse(null);
    }

    private static Optional<InetAddress> literal(String host) {
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
