package dev.millrace.configuration.provider;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The proxies that the environment names: {@code HTTPS_PROXY} for https addresses, {@code
 * HTTP_PROXY} for http addresses, and {@code NO_PROXY} for exceptions. Names in lower case take
 * precedence, as in curl. This machine itself is always an exception.
 */
public final class ProxyVariables {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final Map<String, String> environment;
    private final List<ProxyException> exceptions;

    /**
     * A variable that names a proxy.
     *
     * @param name name of the variable, for messages
     * @param address as written, not validated; must never be shown
     */
    public record Variable(String name, String address) {
        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * Reads the variables.
     *
     * @param environment as from {@link System#getenv()}
     */
    public ProxyVariables(Map<String, String> environment) {
        this.environment = environment;
        this.exceptions =
                find("no_proxy")
                        .map(it -> Stream.of(it.address().split("[,\\s]+")))
                        .orElseGet(Stream::empty)
                        .filter(it -> !it.isEmpty())
                        .map(ProxyException::parse)
                        .toList();
    }

    /** Returns the variable that names the proxy for calls to the given http or https address. */
    public Optional<Variable> proxyFor(URI address) {
        boolean isHttps = "https".equals(address.getScheme());
        int usualPort = isHttps ? HTTPS_PORT : HTTP_PORT;
        int port = address.getPort() < 0 ? usualPort : address.getPort();
        String host = ProxyAddress.withoutBrackets(address.getHost()).toLowerCase(Locale.ROOT);
        boolean isDirect =
                ProxyException.isThisMachine(host)
                        || exceptions.stream().anyMatch(it -> it.includes(host, port));
        return isDirect ? Optional.empty() : find(isHttps ? "https_proxy" : "http_proxy");
    }

    private Optional<Variable> find(String name) {
        return Stream.of(name, name.toUpperCase(Locale.ROOT))
                .filter(it -> !environment.getOrDefault(it, "").isBlank())
                .map(it -> new Variable(it, environment.getOrDefault(it, "").strip()))
                .findFirst();
    }
}
