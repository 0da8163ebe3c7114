package dev.millrace.worker.http;

import static dev.millrace.worker.http.Exchanges.MAX_BYTES;
import static dev.millrace.worker.http.Exchanges.NOW;
import static dev.millrace.worker.http.Exchanges.PATIENT;
import static dev.millrace.worker.http.Exchanges.exchange;
import static dev.millrace.worker.http.Exchanges.hang;
import static dev.millrace.worker.http.Exchanges.onVirtualThread;
import static dev.millrace.worker.http.Exchanges.outgoing;
import static dev.millrace.worker.http.Exchanges.transport;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.answer.ExchangeEnd;
import dev.millrace.worker.http.server.RawServer;
import dev.millrace.worker.port.Providers.Window;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.Charset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests the ends of an exchange over HTTP. */
class HttpTransportTest {
    @Nested
    class AnAnswer {
        @Test
        void answerHasStatusHeadersAndBody() throws Exception {
            try (var server = new RawServer(RawServer.always(429, "{\"a\":1}"))) {
                var responded = (ExchangeEnd.Responded) exchange(server, PATIENT);

                assertThat(responded.status()).isEqualTo(429);
                assertThat(responded.headers().requestId()).contains("r1");
                assertThat(responded.body()).asString(UTF_8).isEqualTo("{\"a\":1}");
                assertThat(server.heads.getFirst())
                        .contains("Authorization: Bearer secret")
                        .contains("Idempotency-Key: job")
                        .contains("Content-Type: application/json");
            }
        }

        @Test
        void redirectIsNeitherFollowedNorRepeated() throws Exception {
            for (int status : new int[] {302, 503, 401}) {
                try (var server = new RawServer(RawServer.always(status, "{}"))) {
                    assertThat(((ExchangeEnd.Responded) exchange(server, PATIENT)).status())
                            .isEqualTo(status);
                    assertThat(server.heads).hasSize(1);
                }
            }
        }

        @Test
        void bodyInAnotherCharsetBecomesUtf8() throws Exception {
            byte[] body = "{\"a\":\"你好\"}".getBytes(Charset.forName("GBK"));
            String head =
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=GBK\r\nContent-Length: "
                            + body.length
                            + "\r\n\r\n";
            try (var server =
                    new RawServer(
                            (out, _) -> {
                                out.write(head.getBytes(ISO_8859_1));
                                out.write(body);
                            })) {
                assertThat(((ExchangeEnd.Responded) exchange(server, PATIENT)).body())
                        .asString(UTF_8)
                        .isEqualTo("{\"a\":\"你好\"}");
            }
        }

        @Test
        void tooLongAnswerIsTruncated() throws Exception {
            try (var server = new RawServer(RawServer.always(200, "x".repeat(MAX_BYTES + 1)))) {
                assertThat(exchange(server, PATIENT)).isInstanceOf(ExchangeEnd.TooLarge.class);
            }
        }

        @Test
        void answerOfMaximumLengthIsComplete() throws Exception {
            try (var server = new RawServer(RawServer.always(200, "x".repeat(MAX_BYTES)))) {
                assertThat(((ExchangeEnd.Responded) exchange(server, PATIENT)).body())
                        .hasSize(MAX_BYTES);
            }
        }
    }

    /** The head takes a bounded amount of memory. */
    @Nested
    class TheHeadOfAnAnswer {
        private static ExchangeEnd answeredWith(String head) throws Exception {
            byte[] answer =
                    ("HTTP/1.1 200 OK\r\n" + head + "Content-Length: 2\r\n\r\n{}")
                            .getBytes(ISO_8859_1);
            try (var server = new RawServer((out, _) -> out.write(answer))) {
                return exchange(server, PATIENT);
            }
        }

        @Test
        void longLineIsRead() throws Exception {
            assertThat(answeredWith("x-policy: " + "a".repeat(16_000) + "\r\n"))
                    .isInstanceOf(ExchangeEnd.Responded.class);
        }

        @Test
        void manyLinesAreRead() throws Exception {
            assertThat(answeredWith("x-more: a\r\n".repeat(150)))
                    .isInstanceOf(ExchangeEnd.Responded.class);
        }

        @Test
        void endlessLineEndsTheExchange() throws Exception {
            assertThat(answeredWith("x-policy: " + "a".repeat(4 << 20) + "\r\n"))
                    .isInstanceOfSatisfying(
                            ExchangeEnd.Broken.class, it -> assertThat(it.sent()).isTrue());
        }

        @Test
        void endlessHeadEndsTheExchange() throws Exception {
            assertThat(answeredWith("x-more: a\r\n".repeat(100_000)))
                    .isInstanceOfSatisfying(
                            ExchangeEnd.Broken.class, it -> assertThat(it.sent()).isTrue());
        }
    }

    @Nested
    class ABrokenExchange {
        @Test
        void failedConnectionSetUpIsNotSent() throws Exception {
            URI nowhere;
            try (var socket = new ServerSocket(0)) {
                nowhere = URI.create("http://127.0.0.1:" + socket.getLocalPort());
            }
            try (var transport = transport(PATIENT)) {
                assertThat(onVirtualThread(transport, nowhere))
                        .isEqualTo(
                                new ExchangeEnd.Broken(
                                        "the provider refused the connection (127.0.0.1:"
                                                + nowhere.getPort()
                                                + ")",
                                        false));
            }
        }

        @Test
        void missingAnswerMayHaveBeenSent() throws Exception {
            try (var server = new RawServer((_, connection) -> connection.close())) {
                assertThat(exchange(server, PATIENT))
                        .isInstanceOfSatisfying(
                                ExchangeEnd.Broken.class, it -> assertThat(it.sent()).isTrue());
            }
        }

        @Test
        void disconnectInTheBodyIsNotAnAnswer() throws Exception {
            try (var server =
                    new RawServer(
                            (out, connection) -> {
                                out.write(
                                        RawServer.response(200, "x".repeat(100))
                                                .substring(0, 120)
                                                .getBytes(ISO_8859_1));
                                out.flush();
                                connection.close();
                            })) {
                assertThat(exchange(server, PATIENT))
                        .isInstanceOfSatisfying(
                                ExchangeEnd.Broken.class, it -> assertThat(it.sent()).isTrue());
            }
        }

        @Test
        void reasonContainsNoAddress() throws Exception {
            try (var transport = transport(PATIENT)) {
                ExchangeEnd exchange =
                        onVirtualThread(
                                transport, URI.create("http://no-such-host.invalid/?key=secret"));

                assertThat(((ExchangeEnd.Broken) exchange).reason()).doesNotContain("secret");
            }
        }

        @Test
        void interruptEndsTheExchangeAtOnceAndTheServerSeesIt() throws Exception {
            var waiting = new CountDownLatch(1);
            var disconnected = new CountDownLatch(1);
            try (var server =
                            new RawServer(
                                    (out, connection) -> {
                                        waiting.countDown();
                                        hang(out, connection);
                                        disconnected.countDown();
                                    });
                    var transport = transport(PATIENT)) {
                var result = new CompletableFuture<ExchangeEnd>();
                Thread call =
                        Thread.ofVirtual()
                                .start(
                                        () ->
                                                result.complete(
                                                        transport.exchange(
                                                                outgoing(server.uri()),
                                                                "m",
                                                                Window.open(NOW.get()),
                                                                _ -> {})));
                waiting.await();
                call.interrupt();

                assertThat(result.get())
                        .isInstanceOfSatisfying(
                                ExchangeEnd.Broken.class, it -> assertThat(it.sent()).isTrue());
                disconnected.await();
            }
        }
    }
}
