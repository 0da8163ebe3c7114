package dev.millrace.contracts.config;

import static dev.millrace.contracts.Violation.require;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The {@code sink} section: where results and costs are kept and shown.
 *
 * @param jdbcUrl a SQLite or PostgreSQL database; it may carry a password and is never printed
 * @param listen where usage, costs and progress are served
 * @param retention how long results are kept
 * @param apiKeys who may ask; none: only this machine
 * @param webhooks who is told
 */
public record SinkConfig(
        String jdbcUrl,
        ListenAddress listen,
        Duration retention,
        List<ApiKey> apiKeys,
        List<Webhook> webhooks) {
    /** Every default. */
    public static final SinkConfig DEFAULT =
            new SinkConfig(
                    "jdbc:sqlite:.millrace/millrace.db",
                    new ListenAddress("127.0.0.1", 8090),
                    Duration.ofDays(30),
                    List.of(),
                    List.of());

    public SinkConfig {
        require(
                jdbcUrl.matches("jdbc:(sqlite:|postgresql:).+"),
                "jdbc_url",
                "must begin with jdbc:sqlite: or jdbc:postgresql:");
        require(retention.isPositive(), "retention", "must be longer than 0s");
        apiKeys = List.copyOf(apiKeys);
        webhooks = List.copyOf(webhooks);
    }

    /** Hides the address of the database, which may carry a password. */
    @Override
    public String toString() {
        var kind = jdbcUrl.substring(0, jdbcUrl.indexOf(':', "jdbc:".length()) + 1);
        return "SinkConfig[jdbcUrl=%s***, listen=%s, retention=%s, apiKeys=%s, webhooks=%s]"
                .formatted(kind, listen, retention, apiKeys, webhooks);
    }

    /** What the holder of a key may do. */
    public enum Role {
        READ,
        OPERATE
    }

    /**
     * Someone who may ask.
     *
     * @param name who it is, for the log
     * @param sha256 of the key, 64 hex digits
     * @param tenant whose data they may see
     * @param all whether they may see everyone's instead
     * @param role what they may do
     */
    public record ApiKey(
            String name, String sha256, Optional<String> tenant, boolean all, Role role) {
        public ApiKey {
            require(!name.isBlank(), "name", "must not be blank");
            require(sha256.matches("[0-9a-fA-F]{64}"), "sha256", "must be 64 hex digits");
            require(
                    tenant.isPresent() != all,
                    "tenant",
                    "must be there, unless all is true instead");
        }
    }

    /**
     * Someone who is told of events.
     *
     * @param url where each event is posted to
     * @param secret that signs it
     * @param events which ones, such as {@code batch.completed}
     */
    public record Webhook(URI url, Secret secret, Set<String> events) {
        public Webhook {
            require(
                    ("https".equals(url.getScheme()) || "http".equals(url.getScheme()))
                            && url.getHost() != null,
                    "url",
                    "must be an http or https address");
            require(
                    !events.isEmpty(),
                    "events",
                    "must name at least one event, such as batch.completed");
            events = Set.copyOf(events);
        }
    }
}
