package dev.millrace.gateway.key;

import dev.millrace.configuration.GatewayConfig;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.kafka.KafkaClient;
import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.Service;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.control.ControlFollower;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.Authenticator;
import dev.millrace.gateway.http.CorsRules;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.http.LocalCallers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/** Follows the API keys in control and the number of gateways that share their limits. */
public final class KeyService implements Service {
    private static final Duration COUNT_PERIOD = Duration.ofSeconds(5);

    /** Refuses every caller while keys are required and there is none. */
    private static final Authenticator NOBODY =
            _ -> {
                throw ApiError.of(
                        ErrorKind.FORBIDDEN,
                        "no_keys",
                        "there are no API keys, and gateway.require_keys is on, as it is by default"
                                + " if other machines can connect; create a key with \"millrace"
                                + " keys create\"");
            };

    private final ControlFollower control;
    private final Admin admin;
    private final LiveGateways gateways;
    private final Catalog catalog;
    private final KeyClock clock;
    private final GatewayConfig gateway;

    private KeyService(MillraceConfig config, InstantSource time, LongSupplier ticker) {
        Map<String, String> kafka = config.kafka().orElseThrow().properties();
        var topics = new Topics(config.topics().prefix());
        control = ControlFollower.start(kafka, topics.prefix());
        admin = Admin.create(KafkaClient.ADMIN.properties(kafka));
        String group = topics.gatewayGroup();
        gateways = LiveGateways.start(() -> members(group), COUNT_PERIOD);
        catalog = config.catalog();
        gateway = config.gateway();
        clock = new KeyClock(time, ticker, gateways::count, () -> control.health().ready());
    }

    /**
     * Reads the keys, then follows them.
     *
     * @param config has the address of the cluster
     * @throws KafkaException if the control topic cannot be read
     */
    public static KeyService start(
            MillraceConfig config, InstantSource clock, LongSupplier ticker) {
        return new KeyService(config, clock, ticker);
    }

    private int members(String group) throws Exception {
        var described = admin.describeConsumerGroups(List.of(group)).describedGroups();
        return Objects.requireNonNull(described.get(group)).get().members().size();
    }

    /**
     * Creates the authenticator that identifies callers by the keys and counts their requests.
     *
     * @param cors web pages whose requests are answered without a key
     */
    public Authenticator authenticator(CorsRules cors) {
        return new KeyAuthenticator(control::state, catalog, clock, withoutKeys(gateway, cors));
    }

    /** Returns the authenticator until a key exists: it serves this machine, or nobody. */
    static Authenticator withoutKeys(GatewayConfig gateway, CorsRules cors) {
        return gateway.keysRequired() ? NOBODY : new LocalCallers(cors);
    }

    /** Returns the present state of control. */
    public ControlState control() {
        return control.state();
    }

    /** Returns the present state of control; empty while changes do not arrive. */
    public Optional<ControlState> currentControl() {
        return control.health().ready() ? Optional.of(control.state()) : Optional.empty();
    }

    @Override
    public Health health() {
        return control.health();
    }

    @Override
    public void close() {
        gateways.close();
        admin.close(Duration.ZERO);
        control.close();
    }
}
