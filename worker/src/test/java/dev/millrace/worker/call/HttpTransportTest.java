package dev.millrace.worker.call;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.config.WorkerConfig.Timeouts;
import dev.millrace.worker.answer.Exchange;
import dev.millrace.worker.loop.Providers.Window;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class HttpTransportTest {
    private static final int MAX_BYTES = 1_000;
    private static final AnswerLimits LIMITS = new AnswerLimits(MAX_BYTES, 100, 1);

    /** A ticker that stands still, and is about to overflow. */
    private static final AtomicLong NOW = new AtomicLong(Long.MAX_VALUE - 5);

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(150);
    private static final Timeouts PATIENT = new Timeouts(LONG, LONG, LONG, LONG);

    private static HttpTransport transport(Timeouts timeouts) {
        return transport(timeouts, 10);
    }

    private static HttpTransport transport(Timeouts timeouts, int maxInFlight) {
        return new HttpTransport(
                HttpClients.create(timeouts, maxInFlight), timeouts, new Bodies(LIMITS), NOW::get);
    }

    private static Exchange exchange(RawServer server, Timeouts timeouts) throws Exception {
        try (var transport = transport(timeouts)) {
            return onVirtualThread(transport, server.uri());
        }
    }

    private static Exchange onVirtualThread(HttpTransport transport, URI uri) throws Exception {
        return start(transport, uri, Window.open(NOW.get())).get();
    }

    private static CompletableFuture<Exchange> start(
            HttpTransport transport, URI uri, Window window) {
        var result = new CompletableFuture<Exchange>();
        Thread.ofVirtual()
                .start(() -> result.complete(transport.exchange(outgoing(uri), "m", window)));
        return result;
    }

    private static Outgoing outgoing(URI uri) {
        return new Outgoing(
                uri.resolve("/v1/x"),
                Map.of("Authorization", "Bearer secret", "Idempotency-Key", "job"),
                "{}".getBytes(UTF_8));
    }

    private static void hang(OutputStream out, Socket connection) throws IOException {
        // Until the client goes away.
        int _ = connection.getInputStream().read();
    }

    @Nested
    class AnAnswer {
        @Test
        void comesWithStatusHeadersAndBody() throws Exception {
            try (var server = new RawServer(RawServer.always(429, "{\"a\":1}"))) {
                var responded = (Exchange.Responded) exchange(server, PATIENT);

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
        void isNotFollowedElsewhereNorAskedForAgain() throws Exception {
            for (int status : new int[] {302, 503, 401}) {
                try (var server = new RawServer(RawServer.always(status, "{}"))) {
                    assertThat(((Exchange.Responded) exchange(server, PATIENT)).status())
                            .isEqualTo(status);
                    assertThat(server.heads).hasSize(1);
                }
            }
        }

        @Test
        void thatIsTooLongIsCutOff() throws Exception {
            try (var server = new RawServer(RawServer.always(200, "x".repeat(MAX_BYTES + 1)))) {
                assertThat(exchange(server, PATIENT)).isInstanceOf(Exchange.TooLarge.class);
            }
        }

        @Test
        void thatIsJustNotTooLongIsWhole() throws Exception {
            try (var server = new RawServer(RawServer.always(200, "x".repeat(MAX_BYTES)))) {
                assertThat(((Exchange.Responded) exchange(server, PATIENT)).body())
                        .hasSize(MAX_BYTES);
            }
        }

        @Test
        void thatIsCompressedIsMeasuredDecompressed() throws Exception {
            for (int length : new int[] {MAX_BYTES, 1_000_000}) {
                byte[] packed = gzip("x".repeat(length));
                try (var server = new RawServer((out, _) -> writeGzip(out, packed))) {
                    Exchange exchange = exchange(server, PATIENT);
                    if (length == MAX_BYTES) {
                        assertThat(((Exchange.Responded) exchange).body()).hasSize(MAX_BYTES);
                    } else {
                        assertThat(exchange).isInstanceOf(Exchange.TooLarge.class);
                    }
                }
            }
        }

        private static byte[] gzip(String text) throws IOException {
            var packed = new ByteArrayOutputStream();
            try (var out = new GZIPOutputStream(packed)) {
                out.write(text.getBytes(ISO_8859_1));
            }
            return packed.toByteArray();
        }

        private static void writeGzip(OutputStream out, byte[] packed) throws IOException {
            String head =
                    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: "
                            + packed.length
                            + "\r\n\r\n";
            out.write(head.getBytes(ISO_8859_1));
            out.write(packed);
        }
    }

    @Nested
    class Connections {
        @Test
        void areUsedAgainAlsoAfterCompressedAnswers() throws Exception {
            byte[] packed = AnAnswer.gzip("{}");
            try (var server = new RawServer((out, _) -> AnAnswer.writeGzip(out, packed));
                    var transport = transport(PATIENT)) {
                for (int i = 0; i < 5; i++) {
                    onVirtualThread(transport, server.uri());
                }

                assertThat(server.accepted).hasValue(1);
            }
        }

        @Test
        void thatTheServerClosedWhileIdleAreNotUsed() throws Exception {
            try (var server = new RawServer(RawServer.always(200, "{}"));
                    var transport = transport(PATIENT)) {
                onVirtualThread(transport, server.uri());
                server.closeConnections();
                // As long as the client trusts an idle connection without a test.
                await().pollDelay(Duration.ofMillis(600)).until(() -> true);

                assertThat(onVirtualThread(transport, server.uri()))
                        .isInstanceOf(Exchange.Responded.class);
            }
        }
    }

    @Nested
    class AnExchangeThatBreaks {
        @Test
        void beforeAConnectionStandsIsNotSent() throws Exception {
            URI nowhere;
            try (var socket = new ServerSocket(0)) {
                nowhere = URI.create("http://127.0.0.1:" + socket.getLocalPort());
            }
            try (var transport = transport(PATIENT)) {
                assertThat(onVirtualThread(transport, nowhere))
                        .isEqualTo(
                                new Exchange.Broken("the provider refused the connection", false));
            }
        }

        @Test
        void withoutAnAnswerMayHaveBeenSent() throws Exception {
            try (var server = new RawServer((_, connection) -> connection.close())) {
                assertThat(exchange(server, PATIENT))
                        .isInstanceOfSatisfying(
                                Exchange.Broken.class, it -> assertThat(it.sent()).isTrue());
            }
        }

        @Test
        void inTheMiddleOfTheBodyIsNoAnswer() throws Exception {
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
                                Exchange.Broken.class, it -> assertThat(it.sent()).isTrue());
            }
        }

        @Test
        void saysSoWithoutAddresses() throws Exception {
            try (var transport = transport(PATIENT)) {
                Exchange exchange =
                        onVirtualThread(
                                transport, URI.create("http://no-such-host.invalid/?key=secret"));

                assertThat(((Exchange.Broken) exchange).reason()).doesNotContain("secret");
            }
        }

        @Test
        void byAnInterruptEndsAtOnce() throws Exception {
            var waiting = new CountDownLatch(1);
            try (var server =
                            new RawServer(
                                    (out, connection) -> {
                                        waiting.countDown();
                                        hang(out, connection);
                                    });
                    var transport = transport(PATIENT)) {
                var result = new CompletableFuture<Exchange>();
                Thread call =
                        Thread.ofVirtual()
                                .start(
                                        () ->
                                                result.complete(
                                                        transport.exchange(
                                                                outgoing(server.uri()),
                                                                "m",
                                                                Window.open(NOW.get()))));
                waiting.await();
                call.interrupt();

                assertThat(result.get())
                        .isInstanceOfSatisfying(
                                Exchange.Broken.class, it -> assertThat(it.sent()).isTrue());
            }
        }
    }

    @Nested
    class ATimeout {
        @Test
        void endsTheWaitForTheFirstByte() throws Exception {
            try (var server = new RawServer(HttpTransportTest::hang)) {
                assertThat(exchange(server, new Timeouts(LONG, SHORT, LONG, LONG)))
                        .isEqualTo(new Exchange.TimedOut("the first byte of the answer", true));
            }
        }

        @Test
        void endsTheWaitForTheNextPart() throws Exception {
            try (var server =
                    new RawServer(
                            (out, connection) -> {
                                out.write(
                                        RawServer.response(200, "x".repeat(100))
                                                .substring(0, 120)
                                                .getBytes(ISO_8859_1));
                                out.flush();
                                hang(out, connection);
                            })) {
                assertThat(exchange(server, new Timeouts(LONG, LONG, SHORT, LONG)))
                        .isEqualTo(new Exchange.TimedOut("the next part of the answer", true));
            }
        }

        @Test
        void endsTheWholeCallHoweverSteadilyItDrips() throws Exception {
            try (var server =
                    new RawServer(
                            (out, connection) -> {
                                out.write(
                                        RawServer.response(200, "x".repeat(900))
                                                .substring(0, 120)
                                                .getBytes(ISO_8859_1));
                                drip(out, connection);
                            })) {
                assertThat(exchange(server, new Timeouts(LONG, LONG, LONG, SHORT)))
                        .isEqualTo(new Exchange.TimedOut("the whole answer", true));
            }
        }

        private static void drip(OutputStream out, Socket connection) throws IOException {
            connection.setSoTimeout(20);
            for (int i = 0; i < 500; i++) {
                out.write('x');
                out.flush();
                try {
                    if (connection.getInputStream().read() < 0) {
                        return;
                    }
                } catch (SocketTimeoutException e) {
                    // The pause between two drops.
                }
            }
        }
    }

    @Nested
    class ACallWhoseTimeToBeSentHasPassed {
        @Test
        void isNotWrittenThoughItsConnectionStands() throws Exception {
            try (var server = new RawServer(RawServer.always(200, "{}"));
                    var transport = transport(PATIENT)) {
                var window = new Window(NOW.get(), NOW.get() + LONG.toNanos());

                assertThat(start(transport, server.uri(), window).get())
                        .isEqualTo(new Exchange.Late());
                assertThat(server.heads).isEmpty();
            }
        }

        @Test
        void isWrittenInTheLastNanosecondBefore() throws Exception {
            try (var server = new RawServer(RawServer.always(200, "{}"));
                    var transport = transport(PATIENT)) {
                var window = new Window(NOW.get() + 1, NOW.get() + LONG.toNanos());

                assertThat(start(transport, server.uri(), window).get())
                        .isInstanceOf(Exchange.Responded.class);
            }
        }
    }

    @Nested
    class TheDeadlineOfAJob {
        private final Window window =
                new Window(NOW.get() + LONG.toNanos(), NOW.get() + SHORT.toNanos());

        @Test
        void endsACallThatStillRuns() throws Exception {
            try (var server = new RawServer(HttpTransportTest::hang);
                    var transport = transport(PATIENT)) {
                assertThat(start(transport, server.uri(), window).get())
                        .isEqualTo(new Exchange.Expired(true));
            }
        }

        @Test
        void endsTheWaitForAFreeConnection() throws Exception {
            try (var server = new RawServer(HttpTransportTest::hang);
                    var transport = transport(PATIENT, 1)) {
                var holds = start(transport, server.uri(), Window.open(NOW.get()));
                await().until(() -> server.heads.size() == 1);

                assertThat(start(transport, server.uri(), window).get())
                        .isEqualTo(new Exchange.Expired(false));
                assertThat(holds).isNotDone();
            }
        }

        @Test
        void endsTheWaitForAConnectionToStand() throws Exception {
            try (var silent = new ServerSocket(0);
                    var transport = transport(PATIENT)) {
                URI uri = URI.create("https://127.0.0.1:" + silent.getLocalPort());

                assertThat(start(transport, uri, window).get())
                        .isEqualTo(new Exchange.Expired(false));
            }
        }

        @Test
        void thatHasPassedNeedsNoConnection() throws Exception {
            try (var server = new RawServer(RawServer.always(200, "{}"));
                    var transport = transport(PATIENT)) {
                var past = new Window(NOW.get() + 1, NOW.get());

                assertThat(start(transport, server.uri(), past).get())
                        .isEqualTo(new Exchange.Expired(false));
                assertThat(server.accepted).hasValue(0);
            }
        }

        @Test
        void isNotWaitedForWhenTheWholeTimeoutComesFirst() throws Exception {
            try (var server = new RawServer(HttpTransportTest::hang);
                    var transport = transport(new Timeouts(LONG, LONG, LONG, SHORT))) {
                var later = new Window(NOW.get() + 1, NOW.get() + LONG.toNanos());

                assertThat(start(transport, server.uri(), later).get())
                        .isEqualTo(new Exchange.TimedOut("the whole answer", true));
            }
        }
    }
}
