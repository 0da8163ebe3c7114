package dev.millrace.configuration;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.configuration.provider.HttpToken;
import dev.millrace.configuration.provider.KeyForm;
import dev.millrace.configuration.provider.KeyHeader;
import dev.millrace.configuration.provider.PathTemplate;
import dev.millrace.configuration.provider.ProxyAddress;
import dev.millrace.configuration.provider.TlsSettings;
import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.catalog.PromptCacheMode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.job.Wire;
import dev.millrace.yaml.document.Node;
import java.net.URI;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One entry of {@code providers}: how to reach a provider.
 *
 * @param wire HTTP API of the provider
 * @param baseUrl address that the API paths are appended to, without a trailing slash; absent only
 *     for a built-in simulator that is not started
 * @param apiKey single API key, or the command that prints it, if any
 * @param keys several API keys; never together with {@code apiKey}
 * @param keyPrefix the possible beginnings of keys, if the provider guarantees them; checked when a
 *     file is loaded. Empty: any
 * @param auth header that carries the key
 * @param headers additional headers of each call; treated as secrets, because many gateways expect
 *     a key in a header
 * @param paths paths below the base URL, by url, where they differ from the wire's
 * @param query parameters of each call's URL; treated as secrets, like headers
 * @param urls urls that the provider offers; absent: all urls of its wire. Never empty
 * @param proxy address of the HTTP proxy of all calls, optionally with a login, or {@code none};
 *     absent: no proxy. The loader fills in the environment's proxy
 * @param tls authorities that are trusted, and the certificate of this client
 * @param promptCache whether calls are arranged, and bodies completed, for the provider's cache of
 *     prompts; absent: they are not
 * @param limits limits on all models of the provider together
 * @param keyLimits limits on the calls of each API key, over all models
 * @param simulator settings of the built-in simulator as written, if this provider is the
 *     simulator; the simulator reads them
 */
public record ProviderConfig(
        Wire wire,
        Optional<URI> baseUrl,
        Optional<Credential> apiKey,
        List<Credential> keys,
        Set<String> keyPrefix,
        KeyHeader auth,
        Map<String, Secret> headers,
        Map<Endpoint, PathTemplate> paths,
        Map<String, Secret> query,
        Optional<Set<Endpoint>> urls,
        Optional<Secret> proxy,
        TlsSettings tls,
        Optional<PromptCacheMode> promptCache,
        Limits limits,
        Limits keyLimits,
        Optional<Node> simulator) {
    /** A longer prefix could be a whole key that was pasted into the wrong setting. */
    private static final int MAX_KEY_PREFIX = 16;

    private static final String NO_PROXY = "none";

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
        keyPrefix.forEach(ProviderConfig::requireKeyPrefix);
        require(
                keyLimits.equals(Limits.NONE) || apiKey.isPresent() || !keys.isEmpty(),
                "key_limits",
                "needs keys; use limits for all calls");
        headers.keySet().forEach(ProviderConfig::requireHeaderName);
        require(!query.containsKey(""), "query", "must have names that are not blank");
        Set<Endpoint> known =
                simulator.isPresent() ? Endpoints.known().all() : Endpoints.known().ofWire(wire);
        requireKnown("urls", urls.orElse(known), known);
        requireKnown("paths", paths.keySet(), urls.orElse(known));
        require(
                urls.map(it -> !it.isEmpty()).orElse(true),
                "urls",
                "must name at least one url; leave it out to offer all of the wire");
        proxy.ifPresent(ProviderConfig::requireProxy);
        keys = List.copyOf(keys);
        keyPrefix = Collections.unmodifiableSet(new LinkedHashSet<>(keyPrefix));
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        paths = Map.copyOf(paths);
        query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
        urls = urls.map(Endpoints.known()::ordered);
    }

    /** Creates a provider without keys that follows its wire. */
    public static ProviderConfig of(Wire wire, URI baseUrl) {
        return of(wire, Optional.of(baseUrl), Optional.empty());
    }

    /** Creates the built-in simulator with default behaviour. */
    public static ProviderConfig simulated() {
        return of(Wire.OPENAI, Optional.empty(), Optional.of(new Node.Mapping(1, Map.of())));
    }

    private static ProviderConfig of(Wire wire, Optional<URI> baseUrl, Optional<Node> simulator) {
        return new ProviderConfig(
                wire,
                baseUrl,
                Optional.empty(),
                List.of(),
                Set.of(),
                KeyHeader.DEFAULT,
                Map.of(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                TlsSettings.DEFAULT,
                Optional.empty(),
                Limits.NONE,
                Limits.NONE,
                simulator);
    }

    /**
     * Returns the urls that the provider offers, in the order of their definition. By default,
     * these are all of its wire; the built-in simulator offers all of all wires.
     */
    public Set<Endpoint> endpoints() {
        return urls.orElseGet(
                () ->
                        simulator.isPresent()
                                ? Endpoints.known().all()
                                : Endpoints.known().ofWire(wire));
    }

    /** Returns all API keys, from either setting; empty if calls need none. */
    public List<Credential> allKeys() {
        return apiKey.map(List::of).orElse(keys);
    }

    /** Returns the problem of a key that is set, without showing the key; empty if usable. */
    public Optional<String> problemOfKey(Secret key) {
        return KeyForm.problem(key.reveal(), keyPrefix, baseUrl.map(URI::getHost).orElse(""));
    }

    /** Returns a copy with the given address, such as the address of a started simulator. */
    public ProviderConfig at(URI address) {
        return with(Optional.of(address), apiKey, keys, proxy, tls);
    }

    /** Returns a copy with a single API key. */
    public ProviderConfig withKey(Credential key) {
        return with(baseUrl, Optional.of(key), List.of(), proxy, tls);
    }

    /** Returns a copy with a proxy. */
    public ProviderConfig withProxy(Secret address) {
        return with(baseUrl, apiKey, keys, Optional.of(address), tls);
    }

    /** Returns a copy with other settings of TLS. */
    public ProviderConfig withTls(TlsSettings other) {
        return with(baseUrl, apiKey, keys, proxy, other);
    }

    /**
     * Returns the address of the proxy of all calls; empty if calls go directly to the provider.
     *
     * @throws IllegalStateException if the proxy's secret is not set
     */
    public Optional<ProxyAddress> proxyAddress() {
        return proxy.map(Secret::reveal)
                .filter(it -> !it.equals(NO_PROXY))
                .flatMap(ProxyAddress::parse);
    }

    private ProviderConfig with(
            Optional<URI> address,
            Optional<Credential> key,
            List<Credential> several,
            Optional<Secret> otherProxy,
            TlsSettings otherTls) {
        return new ProviderConfig(
                wire,
                address,
                key,
                several,
                keyPrefix,
                auth,
                headers,
                paths,
                query,
                urls,
                otherProxy,
                otherTls,
                promptCache,
                limits,
                keyLimits,
                simulator);
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
                HttpToken.isToken(name),
                "headers",
                "must have names of letters, digits and dashes, not \"" + name + "\"");
    }

    private static void requireProxy(Secret proxy) {
        require(
                !proxy.isSet()
                        || proxy.reveal().equals(NO_PROXY)
                        || ProxyAddress.parse(proxy.reveal()).isPresent(),
                "proxy",
                ProxyAddress.EXPECTED);
    }

    private static void requireKeyPrefix(String prefix) {
        require(
                !prefix.isBlank() && prefix.length() <= MAX_KEY_PREFIX,
                "key_prefix",
                "must be the first characters of each key, such as sk-, at most " + MAX_KEY_PREFIX);
    }

    private static void requireKnown(
            String setting, Collection<Endpoint> given, Set<Endpoint> known) {
        given.forEach(
                it ->
                        require(
                                known.contains(it),
                                setting,
                                "must be urls that the provider can offer ("
                                        + known.stream()
                                                .map(Endpoint::url)
                                                .collect(Collectors.joining(", "))
                                        + "), not "
                                        + it.url()));
    }
}
