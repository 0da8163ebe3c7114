package dev.millrace.worker.http;

import static dev.millrace.worker.http.Exchanges.LONG;
import static dev.millrace.worker.http.Exchanges.NOW;
import static dev.millrace.worker.http.Exchanges.PATIENT;
import static dev.millrace.worker.http.Exchanges.SHORT;
import static dev.millrace.worker.http.Exchanges.TIME_TO_SEND;
import static dev.millrace.worker.http.Exchanges.exchange;
import static dev.millrace.worker.http.Exchanges.hang;
import static dev.millrace.worker.http.Exchanges.start;
import static dev.millrace.worker.http.Exchanges.transport;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.WorkerConfig.Timeouts;
import dev.millrace.worker.answer.ExchangeEnd;
import dev.millrace.worker.http.server.RawServer;
import dev.millrace.worker.port.Providers.Window;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests when a call is not sent, and when it ends without its answer. */
@Tag("slow")
class HttpTimesTest {
    @BeforeAll
    static void warmUp() throws Exception {
        Exchanges.warmUp();
    }

    @Nested
    class ATimeout {
        @Test
        void timeoutEndsTheWaitForTheFirstByte() throws Exception {
            try (var server = new RawServer(Exchanges::hang)) {
                assertThat(exchange(server, new Timeouts(LONG, SHORT, LONG, LONG)))
                        .isEqualTo(new ExchangeEnd.TimedOut("the first byte of the answer", true));
            }
        }

        @Test
        void callWithALimitWaitsForTheFirstByteUntilThen() throws Exception {
            try (var server = new RawServer(Exchanges::hang);
                    var transport = transport(new Timeouts(LONG, SHORT, LONG, SHORT))) {
                var window =
                        new Window(
                                NOW.get() + LONG.toNanos(),
                                NOW.get() + LONG.toNanos(),
                                TIME_TO_SEND.toNanos());

                assertThat(start(transport, server.uri(), window).get())
                        .isEqualTo(new ExchangeEnd.TimedOut("the whole answer", true));
            }
        }

        @Test
        void timeoutEndsTheWaitForAConnection() throws Exception {
            try (var server = new RawServer(Exchanges::hang);
                    var transport = transport(new Timeouts(TIME_TO_SEND, LONG, LONG, LONG), 1)) {
                var first = start(transport, server.uri(), Window.open(NOW.get()));
                await().until(() -> server.heads.size() == 1);
                var second = start(transport, server.uri(), Window.open(NOW.get()));

                assertThat(second.get()).isEqualTo(new ExchangeEnd.TimedOut("a connection", false));
                assertThat(first).isNotDone();
            }
        }

        @Test
        void timeoutEndsTheWaitForTheNextPart() throws Exception {
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
                        .isEqualTo(new ExchangeEnd.TimedOut("the next part of the answer", true));
            }
        }

        @Test
        void totalTimeoutEndsASteadilyDrippingAnswer() throws Exception {
            try (var server =
                    new RawServer(
                            (out, connection) -> {
                                out.write(
                                        RawServer.response(200, "x".repeat(900))
                                                .substring(0, 120)
                                                .getBytes(ISO_8859_1));
                                drip(out, connection);
                            })) {
                assertThat(exchange(server, new Timeouts(LONG, LONG, LONG, TIME_TO_SEND)))
                        .isEqualTo(new ExchangeEnd.TimedOut("the whole answer", true));
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
    class AfterTheSendWindow {
        @Test
        void requestIsNotWrittenToAnOpenConnection() throws Exception {
            try (var server = new RawServer(RawServer.always(200, "{}"));
                    var transport = transport(PATIENT)) {
                var window = new Window(NOW.get(), NOW.get() + LONG.toNanos());

                assertThat(start(transport, server.uri(), window).get())
                        .isEqualTo(new ExchangeEnd.SendWindowMissed());
                assertThat(server.heads).isEmpty();
            }
        }

        @Test
        void connectionSetUpIsAborted() throws Exception {
            // A TLS server that never answers the client's first message.
            try (var server = new RawServer(Exchanges::hang);
                    var transport = transport(PATIENT)) {
                var secure = URI.create(server.uri().toString().replace("http://", "https://"));
                var window = new Window(NOW.get() + SHORT.toNanos(), NOW.get() + LONG.toNanos());

                assertThat(start(transport, secure, window).get())
                        .isEqualTo(new ExchangeEnd.SendWindowMissed());
            }
        }
    }

    @Nested
    class TheDeadlineOfAJob {
        private final Window window =
                new Window(NOW.get() + LONG.toNanos(), NOW.get() + TIME_TO_SEND.toNanos());

        @Test
        void deadlineEndsARunningCall() throws Exception {
            try (var server = new RawServer(Exchanges::hang);
                    var transport = transport(PATIENT)) {
                assertThat(start(transport, server.uri(), window).get())
                        .isEqualTo(new ExchangeEnd.Expired(true));
            }
        }

        @Test
        void deadlineEndsTheWaitForAFreeConnection() throws Exception {
            try (var server = new RawServer(Exchanges::hang);
                    var transport = transport(PATIENT, 1)) {
                var holds = start(transport, server.uri(), Window.open(NOW.get()));
                await().until(() -> server.heads.size() == 1);

                assertThat(start(transport, server.uri(), window).get())
                        .isEqualTo(new ExchangeEnd.Expired(false));
                assertThat(holds).isNotDone();
            }
        }

        @Test
        void deadlineEndsTheConnectionSetUp() throws Exception {
            try (var silent = new ServerSocket(0);
                    var transport = transport(PATIENT)) {
                URI uri = URI.create("https://127.0.0.1:" + silent.getLocalPort());

                assertThat(start(transport, uri, window).get())
                        .isEqualTo(new ExchangeEnd.Expired(false));
            }
        }

        @Test
        void passedDeadlineOpensNoConnection() throws Exception {
            try (var server = new RawServer(RawServer.always(200, "{}"));
                    var transport = transport(PATIENT)) {
                var past = new Window(NOW.get() + 1, NOW.get());

                assertThat(start(transport, server.uri(), past).get())
                        .isEqualTo(new ExchangeEnd.Expired(false));
                assertThat(server.accepted).hasValue(0);
            }
        }

        @Test
        void earlierTotalTimeoutEndsTheCall() throws Exception {
            try (var server = new RawServer(Exchanges::hang);
                    var transport = transport(new Timeouts(LONG, LONG, LONG, TIME_TO_SEND))) {
                var later = new Window(NOW.get() + LONG.toNanos(), NOW.get() + LONG.toNanos());

                assertThat(start(transport, server.uri(), later).get())
                        .isEqualTo(new ExchangeEnd.TimedOut("the whole answer", true));
            }
        }
    }
}
