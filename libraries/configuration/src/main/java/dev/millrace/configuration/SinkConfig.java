package dev.millrace.configuration;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.contracts.webhook.AddressRange;
import dev.millrace.contracts.webhook.EventType;
import dev.millrace.contracts.webhook.SigningKey;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The {@code sink} section: where results and costs are stored.
 *
 * @param jdbcUrl URL of a SQLite or PostgreSQL database, which the sink writes and the gateway
 *     reads; it can contain a password and is never printed
 * @param retention how long results are stored
 * @param webhooks receivers of events
 */
public record SinkConfig(String jdbcUrl, Duration retention, List<Webhook> webhooks) {
    /** The default settings. */
    public static final SinkConfig DEFAULT =
            new SinkConfig("jdbc:sqlite:.millrace/millrace.db", Duration.ofDays(30), List.of());

    public SinkConfig {
        require(
                jdbcUrl.matches("jdbc:(sqlite:|postgresql:).+"),
                "jdbc_url",
                "must begin with jdbc:sqlite: or jdbc:postgresql:");
        require(retention.isPositive(), "retention", "must be longer than 0s");
        require(
                webhooks.stream().map(Webhook::url).distinct().count() == webhooks.size(),
                "webhooks",
                "must each have another url; list all events of a url in one entry");
        webhooks = List.copyOf(webhooks);
    }

    /** Masks the database URL, which can contain a password. */
    @Override
    public String toString() {
        var kind = jdbcUrl.substring(0, jdbcUrl.indexOf(':', "jdbc:".length()) + 1);
        return "SinkConfig[jdbcUrl=%s***, retention=%s, webhooks=%s]"
                .formatted(kind, retention, webhooks);
    }

    /**
     * A receiver of events.
     *
     * @param url address to which each event is posted; can contain secrets and is never printed
     * @param secret key that signs each event
     * @param events events to send
     * @param allowedAddresses non-public addresses that may receive events
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

        /** Omits path and query of the URL, which can contain a secret. */
        @Override
        public String toString() {
            return "Webhook[origin=%s, events=%s, allowedAddresses=%s]"
                    .formatted(origin(), events, allowedAddresses);
        }
    }
}
