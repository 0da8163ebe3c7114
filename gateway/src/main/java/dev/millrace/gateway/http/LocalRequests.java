package dev.millrace.gateway.http;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Decides which HTTP requests without a key are answered: requests from programs and users of this
 * machine, but not through a web page or a proxy.
 */
public final class LocalRequests {
    /**
     * Headers that proxies add, such as {@code X-Forwarded-For}, {@code X-Forwarded-Email} or
     * {@code True-Client-IP}. nginx adds none of them by default.
     */
    private static final Pattern PROXY_HEADER =
            Pattern.compile(
                    "^via$|forwarded|(client|real|connecting)-ip$", Pattern.CASE_INSENSITIVE);

    private LocalRequests() {}

    /** The reason why a request is not answered without a key. */
    public enum Refusal {
        /** The request comes from another machine or through a proxy. */
        REMOTE("only requests of programs on this machine are answered"),

        /**
         * The request names another host. A page in a browser could point its own host name at this
         * machine (DNS rebinding).
         */
        OTHER_HOST("only requests to localhost are answered"),

        /** A web page of another origin has sent it. */
        FOREIGN_PAGE("web pages of other origins are not answered");

        private final String text;

        Refusal(String text) {
            this.text = text;
        }

        /** Returns the violated rule as human-readable text. */
        public String text() {
            return text;
        }
    }

    /**
     * Returns the reason for refusing a request; empty for a request to answer.
     *
     * @param peer the other end of the connection
     * @param authority the host named by the request, with or without a port
     * @param names the names of all headers
     * @param headers returns the first value of a header
     * @param origins permitted origins of web pages, such as {@code https://app.example.com}
     */
    public static Optional<Refusal> refusal(
            SocketAddress peer,
            String authority,
            Stream<String> names,
            Function<String, Optional<String>> headers,
            Set<String> origins) {
        if (!isThisMachine(peer) || names.anyMatch(it -> PROXY_HEADER.matcher(it).find())) {
            return Optional.of(Refusal.REMOTE);
        }
        if (!isThisMachine(authority)) {
            return Optional.of(Refusal.OTHER_HOST);
        }
        return isForeignPage(authority, headers, origins)
                ? Optional.of(Refusal.FOREIGN_PAGE)
                : Optional.empty();
    }

    private static boolean isThisMachine(SocketAddress peer) {
        return peer instanceof InetSocketAddress address
                && address.getAddress() != null
                && address.getAddress().isLoopbackAddress();
    }

    /** Returns true if a host, with or without a port, is a name of this machine. */
    public static boolean isThisMachine(String authority) {
        String name = authority.replaceFirst(":\\d*$", "");
        return name.equalsIgnoreCase("localhost")
                || name.equals("[::1]")
                || name.matches("127(\\.\\d{1,3}){3}");
    }

    /**
     * Returns true for a request of a web page, unless this server serves the page or its origin is
     * permitted. Browsers name the origin of each request that can change something. With every
     * request they send {@code Sec-Fetch-Site}, which reports whether the page and the server share
     * an origin.
     */
    public static boolean isForeignPage(
            String authority, Function<String, Optional<String>> headers, Set<String> origins) {
        Optional<String> origin = headers.apply("Origin");
        if (origin.isPresent()) {
            return !origins.contains(origin.get()) && !isOwn(origin.get(), authority);
        }
        String site = headers.apply("Sec-Fetch-Site").orElse("none").toLowerCase(Locale.ROOT);
        return !site.equals("none") && !site.equals("same-origin");
    }

    private static boolean isOwn(String origin, String authority) {
        return origin.equalsIgnoreCase("http://" + authority)
                || origin.equalsIgnoreCase("https://" + authority);
    }
}
