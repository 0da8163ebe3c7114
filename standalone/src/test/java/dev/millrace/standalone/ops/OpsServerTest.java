package dev.millrace.standalone.ops;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.configuration.ListenAddress;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.UserError;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
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
    void loopbackAddressAnswersNoOtherHostNoForeignPageAndNoProxy() throws Exception {
        try (OpsServer server =
                start(BindAddress.configured(new ListenAddress(HOST, 0), "--metrics"))) {
            assertThat(status(server, "Host: evil.example")).contains(" 403 ");
            assertThat(status(server, "Host: localhost\r\nOrigin: https://evil.example"))
                    .contains(" 403 ");
            assertThat(status(server, "Host: localhost\r\nSec-Fetch-Site: cross-site"))
                    .contains(" 403 ");
            assertThat(status(server, "Host: localhost\r\nX-Forwarded-For: 192.0.2.1"))
                    .contains(" 403 ");
            assertThat(status(server, "Host: localhost")).contains(" 200 ");
        }
    }

    @Test
    void openAddressAnswersEveryName() throws Exception {
        try (OpsServer server =
                start(BindAddress.configured(new ListenAddress("0.0.0.0", 0), "--metrics"))) {
            assertThat(status(server, "Host: worker-1.example:9464")).contains(" 200 ");
        }
    }

    /** Returns the status line of the answer to a request with these headers. */
    private static String status(OpsServer server, String headers) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.address().port())) {
            socket.getOutputStream()
                    .write(("GET /metrics HTTP/1.1\r\n" + headers + "\r\n\r\n").getBytes(US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII))
                    .readLine();
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
