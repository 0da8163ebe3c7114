package dev.millrace.contracts.config;

import static dev.millrace.reader.problem.Violation.require;

import dev.millrace.contracts.webhook.AddressRange;
import dev.millrace.contracts.webhook.EventType;
import dev.millrace.contracts.webhook.SigningKey;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The {@code sink} section: where results and costs are stored and served.
 *
 * @param jdbcUrl URL of a SQLite or PostgreSQL database; it may contain a password and is never
 *     printed
 * @param listen address of the HTTP API; empty: {@link #DEFAULT_LISTEN}, or the next free port if
 *     that port is in use
 * @param tls certificate of the HTTP API; empty: HTTP without encryption
 * @param retention how long results are stored
 * @param apiKeys keys of the HTTP API; none: only this machine has access
 * @param webhooks receivers of events
 */
public record SinkConfig(
        String jdbcUrl,
        Optional<ListenAddress> listen,
        Optional<ServerTlsConfig> tls,
        Duration retention,
        List<ApiKey> apiKeys,
        List<Webhook> webhooks) {
    /** The default address, reachable from this machine only. */
    public static final ListenAddress DEFAULT_LISTEN = new ListenAddress("127.0.0.1", 8090);

    /** The default settings. */
    public static final SinkConfig DEFAULT =
            new SinkConfig(
                    "jdbc:sqlite:.millrace/millrace.db",
                    Optional.empty(),
                    Optional.empty(),
                    Duration.ofDays(30),
                    List.of(),
                    List.of());

    public SinkConfig {
        require(
                jdbcUrl.matches("jdbc:(sqlite:|postgresql:).+"),
                "jdbc_url",
                "must begin with jdbc:sqlite: or jdbc:postgresql:");
        require(retention.isPositive(), "retention", "must be longer than 0s");
        require(
                !apiKeys.isEmpty() || listen.isEmpty() || listen.get().isLoopback(),
                "listen",
                "must be an address of this machine only, such as 127.0.0.1:8090, unless api_keys"
                        + " has keys, was "
                        + listen.map(ListenAddress::toString).orElse(""));
        require(
                webhooks.stream().map(Webhook::url).distinct().count() == webhooks.size(),
                "webhooks",
                "must each have another url; list all events of a url in one entry");
        apiKeys = List.copyOf(apiKeys);
        webhooks = List.copyOf(webhooks);
    }

    /** Masks the database URL, which may contain a password. */
    @Override
    public String toString() {
        var kind = jdbcUrl.substring(0, jdbcUrl.indexOf(':', "jdbc:".length()) + 1);
        return "SinkConfig[jdbcUrl=%s***, listen=%s, tls=%s, retention=%s, apiKeys=%s, webhooks=%s]"
                .formatted(kind, listen, tls, retention, apiKeys, webhooks);
    }

    /** The permissions of a key. */
    public enum Role {
        READ,
        OPERATE
    }

    /**
     * A key of the HTTP API.
     *
     * @param name name of the holder, for the log
     * @param sha256 SHA-256 hash of the key, 64 hex digits
     * @param tenant tenant whose data the holder may read
     * @param all whether the holder may read the data of all tenants instead
     * @param role permissions of the holder
     */
    public record ApiKey(
            String name, String sha256, Optional<String> tenant, boolean all, Role role) {
        public ApiKey {
            require(!name.isBlank(), "name", "must not be blank");
            require(sha256.matches("[0-9a-fA-F]{64}"), "sha256", "must be 64 hex digits");
            require(tenant.isPresent() != all, "tenant", "is required, unless all is true");
        }
    }

    /**
     * A receiver of events.
     *
     * @param url address that each event is posted to; it may contain secrets and is never printed
     * @param secret key that signs each event
     * @param events events to send
     * @param allowedAddresses addresses that may receive events although they are not public
     */
    public record Webhook(
            URI url, Secret secret, Set<EventType> events, List<AddressRange> allowedAddresses) {
        public Webhook {
            require(
                    ("https".equals(url.getScheme()) || "http".equals(url.getScheme()))
                            && url.getHost() != null,
                    "url",
                    "must be an http or https address");
            require(
                    url.getRawUserInfo() == null,
                    "url",
                    "must not contain a user; the signature authenticates events");
            secret = secret.stripped();
            Optional<String> problem =
                    secret.isSet() ? SigningKey.problem(secret.reveal()) : Optional.empty();
            require(problem.isEmpty(), "secret", problem.orElse(""));
            require(
                    !events.isEmpty(),
                    "events",
                    "must name at least one event, such as batch.completed");
            events = Set.copyOf(events);
            allowedAddresses = List.copyOf(allowedAddresses);
        }

        /** Returns scheme, host and port of the URL, which contain no secret. */
        public String origin() {
            return url.getScheme() + "://" + url.getRawAuthority();
        }

        /** Omits path and query of the URL, which may contain a secret. */
        @Override
        public String toString() {
            return "Webhook[origin=%s, events=%s, allowedAddresses=%s]"
                    .formatted(origin(), events, allowedAddresses);
        }
    }
}
