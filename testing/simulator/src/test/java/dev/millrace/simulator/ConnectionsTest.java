package dev.millrace.simulator;

import static dev.millrace.simulator.SimulatorClient.CHAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.simulator.calllog.CallLogSummary;
import dev.millrace.simulator.calllog.CallOutcome;
import dev.millrace.simulator.calllog.LoggedCall;
import dev.millrace.simulator.settings.SimulatorSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests connections that hang, are dropped, are closed by the client, or are many. */
class ConnectionsTest {

    private static final String STREAMED =
            SimulatorClient.chat("Hello").replace("\"model\"", "\"stream\":true,\"model\"");

    private static LoggedCall onlyEntry(SimulatorClient client) {
        await().until(() -> client.simulator.ledger().summary().calls() == 1);
        return client.simulator.ledger().entries().getFirst();
    }

    /** Sends a request on a separate connection, which the test may close. */
    private static Socket connect(SimulatorClient client, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head =
                "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                        + bytes.length
                        + "\r\n\r\n";
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), client.simulator.port());
        socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().write(bytes);
        return socket;
    }

    @Nested
    class WhenTheProviderDrops {
        @Test
        void dropBeforeTheAnswerIsNotBilled() {
            try (SimulatorClient client =
                    SimulatorClient.ofModel("{\"failures\":{\"drop_before_answer\":1}}")) {
                assertThatThrownBy(() -> client.post(CHAT, SimulatorClient.chat("Hello")))
                        .isInstanceOf(UncheckedIOException.class);

                LoggedCall entry = client.simulator.ledger().entries().getFirst();
                assertThat(entry.billed()).isFalse();
                assertThat(entry.outcome()).isEqualTo(CallOutcome.DROPPED);
                assertThat(entry.status()).isZero();
            }
        }

        @Test
        void dropAfterTheAnswerIsBilled() {
            try (SimulatorClient client =
                    SimulatorClient.ofModel("{\"failures\":{\"drop_after_billing\":1}}")) {
                assertThatThrownBy(() -> client.post(CHAT, SimulatorClient.chat("Hello")))
                        .isInstanceOf(UncheckedIOException.class);

                LoggedCall entry = client.simulator.ledger().entries().getFirst();
                assertThat(entry.billed()).isTrue();
                assertThat(entry.usage().output()).isPositive();
                assertThat(entry.outcome()).isEqualTo(CallOutcome.DROPPED);
            }
        }

        @Test
        void dropInTheBodySendsHalfOfIt() throws IOException {
            try (SimulatorClient client =
                            SimulatorClient.ofModel("{\"failures\":{\"drop_mid_body\":1}}");
                    Socket socket = connect(client, SimulatorClient.chat("Hello"))) {
                String received = read(socket);

                assertThat(received).startsWith("HTTP/1.1 200").contains("chatcmpl-");
                assertThat(received).doesNotContain("system_fingerprint");
                assertThat(onlyEntry(client).billed()).isTrue();
                assertThat(onlyEntry(client).outcome()).isEqualTo(CallOutcome.DROPPED);
            }
        }

        @Test
        void dropInTheStreamSendsNoDone() throws IOException {
            try (SimulatorClient client =
                            SimulatorClient.ofModel("{\"failures\":{\"drop_mid_body\":1}}");
                    Socket socket = connect(client, STREAMED)) {
                String received = read(socket);

                assertThat(received).contains("chat.completion.chunk").doesNotContain("[DONE]");
                assertThat(onlyEntry(client).outcome()).isEqualTo(CallOutcome.DROPPED);
            }
        }

        @Test
        void dropWaitsForTheLatency() {
            try (SimulatorClient client =
                    SimulatorClient.ofModel(
                            "{\"latency\":\"20ms\",\"failures\":{\"drop_after_billing\":1}}")) {
                assertThatThrownBy(() -> client.post(CHAT, SimulatorClient.chat("Hello")))
                        .isInstanceOf(UncheckedIOException.class);

                assertThat(onlyEntry(client).duration())
                        .isGreaterThanOrEqualTo(Duration.ofMillis(20));
            }
        }

        private static String read(Socket socket) throws IOException {
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Nested
    class WhenTheClientLeaves {
        @Test
        void hangingCallIsRecordedAndNotBilled() throws IOException {
            try (SimulatorClient client = SimulatorClient.ofModel("{\"failures\":{\"hang\":1}}")) {
                connect(client, SimulatorClient.chat("Hello")).close();

                LoggedCall entry = onlyEntry(client);
                assertThat(entry.outcome()).isEqualTo(CallOutcome.ABORTED);
                assertThat(entry.billed()).isFalse();
            }
        }

        @Test
        void slowAnswerIsStillProducedAndBilled() throws IOException {
            try (SimulatorClient client = SimulatorClient.ofModel("{\"latency\":\"1s\"}")) {
                connect(client, SimulatorClient.chat("Hello")).close();

                LoggedCall entry = onlyEntry(client);
                assertThat(entry.outcome()).isEqualTo(CallOutcome.ABORTED);
                assertThat(entry.billed()).isTrue();
            }
        }

        @Test
        void streamThatHasNotStartedIsNotBilled() throws IOException {
            try (SimulatorClient client = SimulatorClient.ofModel("{\"latency\":\"1h\"}")) {
                connect(client, STREAMED).close();

                assertThat(onlyEntry(client).outcome()).isEqualTo(CallOutcome.ABORTED);
                assertThat(onlyEntry(client).billed()).isFalse();
            }
        }

        @Test
        void startedStreamIsBilledForTheGeneratedTokens() throws IOException {
            try (SimulatorClient client =
                    SimulatorClient.ofModel("{\"latency\":\"1h\",\"first_byte\":\"1ms\"}")) {
                try (Socket socket = connect(client, STREAMED)) {
                    assertThat(socket.getInputStream().read()).isEqualTo('H');
                }

                LoggedCall entry = onlyEntry(client);
                assertThat(entry.outcome()).isEqualTo(CallOutcome.ABORTED);
                assertThat(entry.billed()).isTrue();
                assertThat(entry.usage().input()).isEqualTo(2);
                assertThat(entry.usage().output()).isLessThan(5);
            }
        }

        @Test
        void streamThatHasReportedItsUsageIsBilledForIt() throws IOException {
            try (SimulatorClient client =
                    SimulatorClient.ofModel("{\"latency\":\"2s\",\"first_byte\":\"1ms\"}")) {
                String body =
                        STREAMED.replace(
                                "\"model\"",
                                "\"stream_options\":{\"include_usage\":true},\"model\"");
                String usage;
                try (Socket socket = connect(client, body)) {
                    usage =
                            new BufferedReader(
                                            new InputStreamReader(
                                                    socket.getInputStream(),
                                                    StandardCharsets.UTF_8))
                                    .lines()
                                    .filter(line -> line.contains("\"usage\":{"))
                                    .findFirst()
                                    .orElseThrow();
                }

                assertThat(usage)
                        .contains("\"completion_tokens\":" + onlyEntry(client).usage().output());
            }
        }
    }

    @Nested
    class Hanging {
        @Test
        void hangEndsWithAClosedConnectionAfterItsTimeout() {
            try (SimulatorClient client =
                    SimulatorClient.ofModel("{\"failures\":{\"hang\":1},\"hang_for\":\"20ms\"}")) {
                assertThatThrownBy(() -> client.post(CHAT, SimulatorClient.chat("Hello")))
                        .isInstanceOf(UncheckedIOException.class);

                assertThat(onlyEntry(client).outcome()).isEqualTo(CallOutcome.DROPPED);
            }
        }
    }

    @Nested
    class Closing {
        @Test
        void hangingCallsAreDroppedAndRecordedBeforeCloseReturns() {
            int calls = 50;
            SimulatorClient client =
                    SimulatorClient.of(
                            """
                            {"models":{"gpt-4.1":{"failures":{"hang":1},
                              "limits":{"concurrency":%d}}}}
                            """
                                    .formatted(calls));
            List<CompletableFuture<HttpResponse<String>>> hanging =
                    IntStream.rangeClosed(0, calls)
                            .mapToObj(
                                    i -> client.postAsync(CHAT, SimulatorClient.chat("Hello " + i)))
                            .toList();
            // The call above the limit is refused once all others hang.
            await().until(() -> client.simulator.ledger().summary().calls() == 1);

            client.simulator.close();

            CallLogSummary summary = client.simulator.ledger().summary();
            assertThat(summary.outcomes()).containsEntry(CallOutcome.DROPPED, (long) calls);
            assertThat(summary.billed()).isZero();
            await().untilAsserted(() -> assertThat(hanging).allMatch(CompletableFuture::isDone));
            client.close();
        }

        @Test
        void closedSimulatorFreesItsPort() {
            int port;
            try (SimulatorClient client = SimulatorClient.of("{}")) {
                port = client.simulator.port();
            }

            try (Simulator successor =
                    Simulator.start(SimulatorSettings.DEFAULT, "127.0.0.1", port)) {
                assertThat(successor.port()).isEqualTo(port);
            }
        }

        @Test
        void portInUseIsReported() {
            try (SimulatorClient client = SimulatorClient.of("{}")) {
                int port = client.simulator.port();

                assertThatThrownBy(
                                () -> Simulator.start(SimulatorSettings.DEFAULT, "127.0.0.1", port))
                        .isInstanceOf(UncheckedIOException.class)
                        .hasMessageContaining("127.0.0.1")
                        .hasMessageContaining("in use");
            }
        }
    }

    @Nested
    class Bodies {
        @Test
        void bodyOfTensOfMegabytesIsAnswered() {
            try (SimulatorClient client = SimulatorClient.of("{}")) {
                HttpResponse<String> response =
                        client.post(CHAT, SimulatorClient.chat("x".repeat(30 * 1024 * 1024)));

                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(
                                SimulatorClient.json(response)
                                        .path("usage")
                                        .path("prompt_tokens")
                                        .intValue())
                        .isEqualTo(30 * 1024 * 1024 / 4);
            }
        }

        @Test
        void bodyAboveTheLimitIsRejected() throws IOException {
            try (SimulatorClient client = SimulatorClient.of("{}");
                    Socket socket =
                            new Socket(InetAddress.getLoopbackAddress(), client.simulator.port())) {
                String head =
                        "POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 40000000\r\n\r\n";
                socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));

                String answer =
                        new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

                assertThat(answer).startsWith("HTTP/1.1 413").contains("request_too_large");
            }
        }
    }

    @Test
    void twoThousandSlowCallsRunConcurrently() {
        int calls = 2_000;
        try (SimulatorClient client = SimulatorClient.ofModel("{\"latency\":\"2s\"}")) {
            List<CompletableFuture<HttpResponse<String>>> answers =
                    IntStream.range(0, calls)
                            .mapToObj(
                                    i ->
                                            client.http.sendAsync(
                                                    client.request(CHAT)
                                                            .header("Idempotency-Key", "id-" + i)
                                                            .POST(
                                                                    BodyPublishers.ofString(
                                                                            SimulatorClient.chat(
                                                                                    "call " + i)))
                                                            .build(),
                                                    HttpResponse.BodyHandlers.ofString()))
                            .toList();

            for (int i = 0; i < calls; i++) {
                HttpResponse<String> answer = answers.get(i).join();
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).contains("call " + i);
            }

            CallLogSummary summary = client.simulator.ledger().summary();
            assertThat(summary.billed()).isEqualTo(calls);
            assertThat(summary.idempotencyKeys()).isEqualTo(calls);
            assertThat(summary.billedMoreThanOnce()).isZero();
            assertThat(summary.outcomes())
                    .containsExactlyEntriesOf(Map.of(CallOutcome.ANSWERED, 2_000L));
        }
    }
}
