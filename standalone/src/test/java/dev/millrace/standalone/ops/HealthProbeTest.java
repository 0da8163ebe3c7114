package dev.millrace.standalone.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.ListenAddress;
import dev.millrace.configuration.MetricsConfig;
import dev.millrace.contracts.service.Health;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthProbeTest {
    private static final Map<String, String> NO_VARIABLES = Map.of();

    private static HealthProbe.Answer ask(Health health) {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (OpsServer server =
                OpsServer.start(
                        BindAddress.byDefault(new ListenAddress("127.0.0.1", 0)),
                        registry,
                        () -> Map.of("worker", health))) {
            return HealthProbe.at("http://" + server.address() + "/health").orElseThrow().ask();
        }
    }

    @Test
    void readyServiceIsHealthy() {
        HealthProbe.Answer answer = ask(Health.ready("calls providers"));

        assertThat(answer.isHealthy()).isTrue();
        assertThat(answer.line()).startsWith("healthy: http://127.0.0.1:");
    }

    @Test
    void waitingServiceIsNotHealthyAndTheLineHasItsReason() {
        HealthProbe.Answer answer = ask(Health.waiting("waits for the cluster"));

        assertThat(answer.isHealthy()).isFalse();
        assertThat(answer.line())
                .contains("answered 503", "\"waits for the cluster\"")
                .doesNotContain("\n");
    }

    @Test
    void absentServiceIsNotHealthy() throws IOException {
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }

        HealthProbe.Answer answer =
                HealthProbe.at("http://127.0.0.1:" + free + "/health").orElseThrow().ask();

        assertThat(answer.isHealthy()).isFalse();
        assertThat(answer.line()).startsWith("not healthy: no answer from http://127.0.0.1:");
    }

    @Test
    void defaultUrlIsTheDefaultAddressOfServices() {
        assertThat(HealthProbe.DEFAULT_URL)
                .isEqualTo("http://" + MetricsConfig.DEFAULT_LISTEN + "/health");
    }

    @Nested
    class OnTheCommandLine {
        @Test
        void urlReplacesTheVariableWhichReplacesTheDefault() {
            Map<String, String> variable = Map.of(HealthProbe.URL_VARIABLE, "http://b:2/health");

            assertThat(HealthProbe.of(List.of("health", "http://a:1/health"), variable))
                    .contains(new HealthProbe(URI.create("http://a:1/health")));
            assertThat(HealthProbe.of(List.of("health"), variable))
                    .contains(new HealthProbe(URI.create("http://b:2/health")));
            assertThat(HealthProbe.of(List.of("health"), NO_VARIABLES))
                    .contains(new HealthProbe(URI.create(HealthProbe.DEFAULT_URL)));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "status",
                    "health --help",
                    "health https://127.0.0.1:9464/health",
                    "health 127.0.0.1:9464",
                    "health http://a:1/health http://b:2/health"
                })
        void anythingElseIsLeftToTheParser(String line) {
            List<String> arguments = line.isEmpty() ? List.of() : List.of(line.split(" "));

            assertThat(HealthProbe.of(arguments, NO_VARIABLES)).isEmpty();
        }
    }
}
