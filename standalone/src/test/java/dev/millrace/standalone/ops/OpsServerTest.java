package dev.millrace.standalone.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.config.ListenAddress;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.UserError;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OpsServerTest {
    private static final String HOST = "127.0.0.1";

    private static OpsServer start(BindAddress address) {
        return OpsServer.start(
                address, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), Map::of);
    }

    @Nested
    class OnATakenPort {
        private ServerSocket other;
        private ListenAddress taken;

        @BeforeEach
        void takePort() throws IOException {
            other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            taken = new ListenAddress(HOST, other.getLocalPort());
        }

        @AfterEach
        void freePort() throws IOException {
            other.close();
        }

        @Test
        void defaultAddressMovesToTheNextFreePort() {
            try (OpsServer server = start(BindAddress.byDefault(taken))) {
                assertThat(server.address().port()).isGreaterThan(taken.port());
            }
        }

        @Test
        void configuredAddressIsRefusedInOneLine() {
            assertThatThrownBy(() -> start(BindAddress.configured(taken, "--metrics")))
                    .hasMessageContainingAll(taken.toString(), "--metrics", "in use")
                    .hasMessageNotContaining("\n")
                    .asInstanceOf(InstanceOfAssertFactories.type(UserError.class))
                    .extracting(UserError::exitCode)
                    .isEqualTo(ExitCode.USAGE);
        }
    }

    @Test
    void unknownHostIsNamed() {
        var nowhere = new ListenAddress("no-such-host.invalid", 9464);

        assertThatThrownBy(() -> start(BindAddress.configured(nowhere, "metrics.listen")))
                .hasMessageContainingAll("no-such-host.invalid:9464", "metrics.listen", "unknown");
    }

    @Test
    void headHasTheStatusAndHeadersOfGet() throws Exception {
        try (OpsServer server =
                        start(BindAddress.configured(new ListenAddress(HOST, 0), "--metrics"));
                var client = HttpClient.newHttpClient()) {
            for (String path : List.of("/health", "/health/ready", "/health/live", "/metrics")) {
                var request =
                        HttpRequest.newBuilder(URI.create("http://" + server.address() + path))
                                .HEAD()
                                .build();
                var response = client.send(request, HttpResponse.BodyHandlers.ofString());

                assertThat(response.statusCode()).as(path).isEqualTo(200);
                assertThat(response.body()).isEmpty();
                assertThat(response.headers().firstValue("Content-Type")).isPresent();
            }
        }
    }

    @Test
    void portZeroTakesAFreePort() {
        try (OpsServer server =
                start(BindAddress.configured(new ListenAddress(HOST, 0), "--metrics"))) {
            assertThat(server.address().port()).isPositive();
        }
    }
}
