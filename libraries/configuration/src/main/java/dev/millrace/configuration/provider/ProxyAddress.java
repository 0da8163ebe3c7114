package dev.millrace.configuration.provider;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The address of an HTTP proxy.
 *
 * @param isTls true if the connection to the proxy itself uses TLS
 * @param host name or IP address, without brackets
 * @param port 1 to 65535
 * @param login login for the proxy, if it needs one
 */
public record ProxyAddress(boolean isTls, String host, int port, Optional<Login> login) {
    /** Describes the form of a valid address, for messages. */
    public static final String EXPECTED =
            "must be the http or https address of a proxy, such as http://proxy.example:3128, or none";

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int MAX_PORT = 65_535;

    /** The user and password of a proxy; must never be shown. */
    public record Login(String user, String password) {
        private static Login parse(String userInfo) {
            String[] parts = userInfo.split(":", 2);
            return new Login(decoded(parts[0]), parts.length == 1 ? "" : decoded(parts[1]));
        }

        private static String decoded(String part) {
            // The decoder is made for forms, where a plus sign is a blank.
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return "***";
        }
    }

    /**
     * Parses an address such as {@code http://user:password@proxy.example:3128}. Without a scheme
     * it is an http address; without a port, the scheme's own is used.
     *
     * @return empty if the text is not such an address
     */
    public static Optional<ProxyAddress> parse(String text) {
        try {
            var uri = new URI(text.contains("://") ? text : "http://" + text);
            return isProxy(uri) ? Optional.of(of(uri)) : Optional.empty();
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean isProxy(URI uri) {
        boolean isHttp =
                "http".equalsIgnoreCase(uri.getScheme())
                        || "https".equalsIgnoreCase(uri.getScheme());
        return isHttp
                && uri.getHost() != null
                && uri.getPort() != 0
                && uri.getPort() <= MAX_PORT
                && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null;
    }

    private static ProxyAddress of(URI uri) {
        boolean isTls = "https".equalsIgnoreCase(uri.getScheme());
        int usualPort = isTls ? HTTPS_PORT : HTTP_PORT;
        return new ProxyAddress(
                isTls,
                withoutBrackets(uri.getHost()),
                uri.getPort() < 0 ? usualPort : uri.getPort(),
                Optional.ofNullable(uri.getRawUserInfo()).map(Login::parse));
    }

    static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
