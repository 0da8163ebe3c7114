package dev.millrace.contracts.config;

import static dev.millrace.contracts.Violation.require;

import dev.millrace.contracts.catalog.Limits;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One entry of {@code providers}: who answers calls, and how to reach it.
 *
 * @param wire the HTTP interface that it speaks
 * @param baseUrl what the paths of its interface are appended to, without a slash at its end;
 *     absent only for the built-in simulator that has not been started
 * @param apiKey its key, if it has one
 * @param keys its keys, if there are several; never together with {@code apiKey}
 * @param headers sent with each call besides those of the wire; their values are kept like secrets,
 *     since many a gateway takes its key there
 * @param limits over all of the provider's models
 * @param simulator the settings of the built-in simulator, as they are written, if this provider is
 *     it
 */
public record ProviderConfig(
        Wire wire,
        Optional<URI> baseUrl,
        Optional<Secret> apiKey,
        List<Secret> keys,
        Map<String, Secret> headers,
        Limits limits,
        Optional<JsonNode> simulator) {
    public ProviderConfig {
        require(
                baseUrl.isPresent() || simulator.isPresent(),
                "base_url",
                "must be there, such as https://api.openai.com/v1");
        baseUrl = baseUrl.map(ProviderConfig::checked);
        require(
                apiKey.isEmpty() || keys.isEmpty(),
                "keys",
                "must not be there together with api_key");
        headers.keySet().forEach(ProviderConfig::requireHeaderName);
        keys = List.copyOf(keys);
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** The built-in simulator with its usual behaviour. */
    public static ProviderConfig simulated() {
        return new ProviderConfig(
                Wire.OPENAI,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Map.of(),
                Limits.NONE,
                Optional.of(JsonNodeFactory.instance.objectNode()));
    }

    /** A provider of the OpenAI wire without a key, such as a model server of one's own. */
    public static ProviderConfig openAi(URI baseUrl) {
        return new ProviderConfig(
                Wire.OPENAI,
                Optional.of(baseUrl),
                Optional.empty(),
                List.of(),
                Map.of(),
                Limits.NONE,
                Optional.empty());
    }

    /** All keys, whichever way they were given; empty if calls need none. */
    public List<Secret> allKeys() {
        return apiKey.map(List::of).orElse(keys);
    }

    /** The same provider at another address: where the built-in simulator has been started. */
    public ProviderConfig at(URI address) {
        return new ProviderConfig(
                wire, Optional.of(address), apiKey, keys, headers, limits, simulator);
    }

    /** The same provider with one key. */
    public ProviderConfig withKey(Secret key) {
        return new ProviderConfig(
                wire, baseUrl, Optional.of(key), List.of(), headers, limits, simulator);
    }

    private static URI checked(URI url) {
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
