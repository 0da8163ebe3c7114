package dev.millrace.configuration;

import static dev.millrace.yaml.problem.Violation.require;

import java.net.InetAddress;

/**
 * The address on which a service listens.
 *
 * @param host name or address of this machine; an IPv6 address without brackets
 * @param port 0 to 65535; 0 selects a free port
 */
public record ListenAddress(String host, int port) {
    private static final int LAST_PORT = 65_535;
    private static final String FORM = "must be host:port, such as 127.0.0.1:9464";

    public ListenAddress {
        require(!host.isBlank(), "listen", FORM);
        require(
                port >= 0 && port <= LAST_PORT,
                "listen",
                "must have a port of 0 to 65535, was " + port);
    }

    /**
     * Reads {@code host:port} or {@code [ipv6]:port}.
     *
     * @throws dev.millrace.yaml.problem.Violation if the text has neither form
     */
    public static ListenAddress parse(String text) {
        var colon = text.lastIndexOf(':');
        require(colon > 0 && text.substring(colon + 1).matches("\\d{1,5}"), "listen", FORM);
        var host = text.substring(0, colon);
        var bracketed = host.startsWith("[") && host.endsWith("]");
        require(
                bracketed || host.indexOf(':') < 0,
                "listen",
                "must have an IPv6 address in brackets");
        return new ListenAddress(
                bracketed ? host.substring(1, host.length() - 1) : host,
                Integer.parseInt(text.substring(colon + 1)));
    }

    /** Returns true if only this machine can connect to the address. */
    public boolean isLoopback() {
        try {
            return host.equals("localhost") || InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false; // a name, which can have any address
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
