package dev.millrace.contracts.config;

import static dev.millrace.reader.problem.Violation.require;

import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.reader.document.Node;
import java.net.URI;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One entry of {@code providers}: how to reach a provider.
 *
 * @param wire HTTP API of the provider
 * @param baseUrl address that the API paths are appended to, without a trailing slash; absent only
 *     for a built-in simulator that is not started
 * @param apiKey single API key, if any
 * @param keys several API keys; never together with {@code apiKey}
 * @param headers additional headers of each call; treated as secrets, since many gateways expect a
 *     key in a header
 * @param limits limits on all models of the provider together
 * @param simulator settings of the built-in simulator as written, if this provider is the
 *     simulator; the simulator reads them
 */
public record ProviderConfig(
        Wire wire,
        Optional<URI> baseUrl,
        Optional<Secret> apiKey,
        List<Secret> keys,
        Map<String, Secret> headers,
        Limits limits,
        Optional<Node> simulator) {
    public ProviderConfig {
        require(
                baseUrl.isPresent() || simulator.isPresent(),
                "base_url",
                "is required, such as https://api.openai.com/v1");
        baseUrl = baseUrl.map(ProviderConfig::validated);
        require(
                apiKey.isEmpty() || keys.isEmpty(),
                "keys",
                "must not be set together with api_key");
        headers.keySet().forEach(ProviderConfig::requireHeaderName);
        keys = List.copyOf(keys);
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** Creates the built-in simulator with default behaviour. */
    public static ProviderConfig simulated() {
        return new ProviderConfig(
                Wire.OPENAI,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Map.of(),
                Limits.NONE,
                Optional.of(new Node.Mapping(1, Map.of())));
    }

    /** Returns the endpoints that the provider offers; the built-in simulator offers all. */
    public Set<Endpoint> endpoints() {
        return simulator.isPresent() ? EnumSet.allOf(Endpoint.class) : wire.endpoints();
    }

    /** Returns all API keys, from either setting; empty if calls need none. */
    public List<Secret> allKeys() {
        return apiKey.map(List::of).orElse(keys);
    }

    /** Returns a copy with the given address, such as the address of a started simulator. */
    public ProviderConfig at(URI address) {
        return new ProviderConfig(
                wire, Optional.of(address), apiKey, keys, headers, limits, simulator);
    }

    /** Returns a copy with a single API key. */
    public ProviderConfig withKey(Secret key) {
        return new ProviderConfig(
                wire, baseUrl, Optional.of(key), List.of(), headers, limits, simulator);
    }

    private static URI validated(URI url) {
        var scheme = url.getScheme();
        require(
                ("https".equals(scheme) || "http".equals(scheme)) && url.getHost() != null,
                "base_url",
                "must be an http or https address, such as https://api.openai.com/v1");
        require(
                url.getRawUserInfo() == null
                        && url.getRawQuery() == null
                        && url.getRawFragment() == null,
                "base_url",
                "must have no user, query or fragment");
        var text = url.toString();
        return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : url;
    }

    private static void requireHeaderName(String name) {
        require(
                name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+"), // a token of RFC 9110, section 5.6.2
                "headers",
                "must have names of letters, digits and dashes, not \"" + name + "\"");
    }
}
