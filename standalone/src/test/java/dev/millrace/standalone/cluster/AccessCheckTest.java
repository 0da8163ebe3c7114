package dev.millrace.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests which failures to create a client end a service, without a cluster. */
class AccessCheckTest {
    private static final String ALLOWED = "org.apache.kafka.sasl.oauthbearer.allowed.urls";
    private static final String PACKAGE = "org.apache.kafka.common.security.oauthbearer.";

    private static ClusterAccess check(Map<String, String> kafka) {
        return AccessCheck.check(
                ConfigLoader.defaults().withKafka(new KafkaConfig(kafka)), Role.WORKER);
    }

    @Test
    void serviceWaitsForABrokerWhoseNameDoesNotResolveYet() {
        assertThat(check(Map.of("bootstrap.servers", "no-such-host.invalid:9092")))
                .asInstanceOf(type(ClusterAccess.Unreachable.class))
                .satisfies(it -> assertThat(it.reason()).contains("No resolvable bootstrap urls"));
    }

    @Test
    void serviceWaitsForABrokerThatDoesNotAnswer() {
        assertThat(check(Map.of("bootstrap.servers", "127.0.0.1:1")))
                .asInstanceOf(type(ClusterAccess.Unreachable.class))
                .satisfies(
                        it ->
                                assertThat(it.reason())
                                        .startsWith("no broker answers at 127.0.0.1:1"));
    }

    @Test
    void invalidAddressEndsAService() {
        assertThatThrownBy(() -> check(Map.of("bootstrap.servers", "no-port")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("Invalid url in bootstrap.servers");
    }

    @Test
    void serviceWaitsForATokenServerThatFails() throws IOException {
        assertThat(withTokenServer(503)).isInstanceOf(ClusterAccess.Unreachable.class);
    }

    @Test
    void refusalOfTheTokenServerEndsAService() {
        assertThatThrownBy(() -> withTokenServer(401))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("401");
    }

    private static ClusterAccess withTokenServer(int status) throws IOException {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(status, -1);
                    exchange.close();
                });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
        String before = System.getProperty(ALLOWED);
        System.setProperty(ALLOWED, url);
        try {
            return check(
                    Map.of(
                            "bootstrap.servers",
                            "127.0.0.1:1",
                            "security.protocol",
                            "SASL_PLAINTEXT",
                            "sasl.mechanism",
                            "OAUTHBEARER",
                            "sasl.login.callback.handler.class",
                            PACKAGE + "OAuthBearerLoginCallbackHandler",
                            "sasl.oauthbearer.token.endpoint.url",
                            url,
                            "sasl.oauthbearer.client.credentials.client.id",
                            "client",
                            "sasl.oauthbearer.client.credentials.client.secret",
                            "secret-7011",
                            "sasl.jaas.config",
                            PACKAGE + "OAuthBearerLoginModule required;",
                            "sasl.login.retry.backoff.ms",
                            "1",
                            "sasl.login.retry.backoff.max.ms",
                            "1"));
        } finally {
            if (before == null) {
                System.clearProperty(ALLOWED);
            } else {
                System.setProperty(ALLOWED, before);
            }
            server.stop(0);
        }
    }
}
