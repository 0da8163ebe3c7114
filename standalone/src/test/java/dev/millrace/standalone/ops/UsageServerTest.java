package dev.millrace.standalone.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.configuration.ListenAddress;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.gateway.GatewaySettings;
import dev.millrace.gateway.job.CallPlanner;
import dev.millrace.gateway.usage.PipelineOperations;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class UsageServerTest {
    private static UsageServer start(BindAddress address) {
        return UsageServer.start(
                address,
                ConfigLoader.defaults(),
                new GatewaySettings.Pipeline(
                        "jdbc:sqlite:unused.db",
                        () -> "{}",
                        PipelineOperations.NONE,
                        CallPlanner.NONE,
                        () -> true),
                HeapShare.AMPLE,
                InstantSource.system(),
                System::nanoTime);
    }

    private static ListenAddress addressOf(ServerSocket socket) {
        return new ListenAddress("127.0.0.1", socket.getLocalPort());
    }

    @Test
    void takenDefaultPortMovesToTheNextFreeOne() throws IOException {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var server = start(BindAddress.byDefault(addressOf(other)))) {
            assertThat(server.address().port()).isGreaterThan(other.getLocalPort());
            assertThat(server.url()).isEqualTo("http://" + server.address() + "/api/v1");
        }
    }

    @Test
    void headOfThePageHasItsHeaders() throws Exception {
        try (var server = start(BindAddress.byDefault(new ListenAddress("127.0.0.1", 0)));
                var client = HttpClient.newHttpClient()) {
            for (String path : List.of("/", "/dashboard/page.js", "/api/v1/openapi.json")) {
                var uri = URI.create("http://" + server.address() + path);
                var get = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
                var head =
                        client.send(
                                HttpRequest.newBuilder(uri).HEAD().build(),
                                BodyHandlers.ofString());

                assertThat(head.statusCode()).as(path).isEqualTo(200);
                assertThat(head.body()).isEmpty();
                assertThat(head.headers().map().keySet()).isEqualTo(get.headers().map().keySet());
                assertThat(head.headers().firstValue("Content-Length"))
                        .isEqualTo(get.headers().firstValue("Content-Length"));
            }
        }
    }

    @Test
    void takenConfiguredPortIsAnError() throws IOException {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var config =
                    new ConfigLoader(Map.of())
                            .parse("my.yaml", "gateway: { listen: \"" + addressOf(other) + "\" }");

            assertThatThrownBy(() -> start(GatewayServer.address(config)))
                    .hasMessageContaining("gateway.listen in my.yaml")
                    .asInstanceOf(InstanceOfAssertFactories.type(UserError.class))
                    .extracting(UserError::exitCode)
                    .isEqualTo(ExitCode.USAGE);
        }
    }
}
