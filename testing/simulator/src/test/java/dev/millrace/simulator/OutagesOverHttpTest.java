package dev.millrace.simulator;

import static dev.millrace.simulator.SimulatorClient.CHAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.simulator.calllog.CallOutcome;
import dev.millrace.simulator.settings.Outage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests times in which the whole provider is down. */
class OutagesOverHttpTest {

    private static final Duration DAY = Duration.ofHours(24);

    private final SimulatorClient client = SimulatorClient.of("{}");

    @AfterEach
    void close() {
        client.close();
    }

    private void begin(Outage.Form form) {
        client.simulator.outages().add(new Outage(Duration.ZERO, DAY, form, 503));
    }

    private int chat() {
        return client.post(CHAT, SimulatorClient.chat("Hello")).statusCode();
    }

    private boolean refusesConnections() {
        try {
            chat();
            return false;
        } catch (UncheckedIOException failed) {
            return failed.getCause() instanceof ConnectException;
        }
    }

    @Nested
    class AnsweredWithAStatus {
        @Test
        void everyCallIsRefusedUntilTheEnd() {
            client.post("/admin/outages", "{\"lasts\":\"24h\",\"status\":502}");
            assertThat(chat()).isEqualTo(502);

            client.delete("/admin/outages");

            assertThat(chat()).isEqualTo(200);
            assertThat(client.simulator.statistics().total().outcomes())
                    .isEqualTo(Map.of("server_error", 1L, "answered", 1L));
        }

        @Test
        void wrongOutageIsRejectedWithItsProblems() {
            HttpResponse<String> response =
                    client.post("/admin/outages", "{\"lasts\":\"0ms\",\"form\":\"smoke\"}");

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(SimulatorClient.json(response).path("problems").valueStream())
                    .extracting(problem -> problem.path("path").stringValue())
                    .containsExactlyInAnyOrder("lasts", "form");
            assertThat(chat()).isEqualTo(200);
        }
    }

    @Nested
    class RefusedConnections {
        @Test
        void connectionsAreRefusedUntilTheEnd() {
            begin(Outage.Form.REFUSED);
            await().until(OutagesOverHttpTest.this::refusesConnections);

            client.simulator.outages().clear();

            await().until(() -> !refusesConnections());
            assertThat(chat()).isEqualTo(200);
        }

        @Test
        void portRemainsBound() {
            int port = client.simulator.port();
            begin(Outage.Form.REFUSED);
            await().until(OutagesOverHttpTest.this::refusesConnections);

            try (ServerSocket other = new ServerSocket()) {
                other.setReuseAddress(false);
                assertThatThrownBy(
                                () ->
                                        other.bind(
                                                new InetSocketAddress(
                                                        InetAddress.getLoopbackAddress(), port)))
                        .isInstanceOf(IOException.class);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Test
        void callInFlightIsDropped() {
            client.put("/admin/models/*", "{\"latency\":\"1h\"}");
            CompletableFuture<HttpResponse<String>> call =
                    client.postAsync(CHAT, SimulatorClient.chat("Hello"));
            await().until(() -> client.simulator.statistics().total().highest().concurrency() == 1);

            begin(Outage.Form.REFUSED);

            await().until(call::isCompletedExceptionally);
            await().until(() -> client.simulator.ledger().summary().calls() == 1);
            assertThat(client.simulator.ledger().entries().getFirst().outcome())
                    .isEqualTo(CallOutcome.DROPPED);
        }

        @Test
        void outageThatIsOverNeedsNoRequestToEnd() {
            client.simulator
                    .outages()
                    .add(
                            new Outage(
                                    Duration.ZERO,
                                    Duration.ofMillis(200),
                                    Outage.Form.REFUSED,
                                    503));
            await().until(() -> client.simulator.outages().untilChange().isEmpty());

            await().until(() -> !refusesConnections());
        }

        @Test
        void simulatorStopsDuringTheOutage() {
            begin(Outage.Form.REFUSED);
            await().until(OutagesOverHttpTest.this::refusesConnections);

            client.simulator.close();

            assertThat(refusesConnections()).isTrue();
        }
    }
}
