package dev.millrace.worker.http;

import static dev.millrace.worker.http.Exchanges.DIRECT;
import static dev.millrace.worker.http.Exchanges.PATIENT;
import static dev.millrace.worker.http.Exchanges.onVirtualThread;
import static dev.millrace.worker.http.Exchanges.transport;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.wire.stream.ExpectedAnswer;
import dev.millrace.worker.answer.ExchangeEnd;
import dev.millrace.worker.http.server.RawServer;
import dev.millrace.worker.http.server.TestTls;
import dev.millrace.worker.port.Providers.Window;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.core5.util.TimeValue;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reuse of connections, and addresses of new ones. */
class ConnectionsTest {
    private static final byte[] WHOLE = RawServer.response(200, "{}").getBytes(ISO_8859_1);

    private static RawServer.Script keepAlive(String header) {
        return (out, _) ->
                out.write(
                        RawServer.response(200, "{}")
                                .replaceFirst("\r\n", "\r\n" + header + "\r\n")
                                .getBytes(ISO_8859_1));
    }

    @Nested
    class AnIdleConnection {
        @ParameterizedTest
        @CsvSource({
            "X-Any: a, 1",
            "Keep-Alive: timeout=60, 1",
            // Kept for a second less than the server does, so that a call never crosses its close.
            "Keep-Alive: timeout=1, 3",
            "Connection: close, 3"
        })
        void connectionIsReusedAsTheServerSays(String header, int connections) throws Exception {
            try (var server = new RawServer(keepAlive(header));
                    var transport = transport(PATIENT)) {
                for (int i = 0; i < 3; i++) {
                    assertThat(onVirtualThread(transport, server.uri()))
                            .isInstanceOf(ExchangeEnd.Responded.class);
                    // Until the shortest keep-alive, which is a millisecond, has passed.
                    await().pollDelay(Duration.ofMillis(5)).until(() -> true);
                }

                assertThat(server.accepted).hasValue(connections);
            }
        }

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void connectionClosedByTheServerIsNotUsed(boolean isTls) throws Exception {
            RawServer.Script script = RawServer.always(200, "{}");
            try (var server = isTls ? RawServer.overTls(script) : new RawServer(script);
                    var transport = trusting()) {
                for (int i = 1; i <= 5; i++) {
                    assertThat(onVirtualThread(transport, server.uri()))
                            .isInstanceOf(ExchangeEnd.Responded.class);
                    server.closeConnections();

                    assertThat(server.accepted).hasValue(i);
                }
            }
        }

        @Test
        void connectionIsReusedOverTls() throws Exception {
            try (var server = RawServer.overTls(RawServer.always(200, "{}"));
                    var transport = trusting()) {
                for (int i = 0; i < 3; i++) {
                    onVirtualThread(transport, server.uri());
                }

                assertThat(server.accepted).hasValue(1);
            }
        }

        @Test
        void connectionResetByTheServerIsNotUsed() throws Exception {
            RawServer.Script script =
                    (out, connection) -> {
                        connection.setSoLinger(true, 0);
                        out.write(WHOLE);
                    };
            try (var server = new RawServer(script);
                    var transport = transport(PATIENT)) {
                onVirtualThread(transport, server.uri());
                server.closeConnections();

                assertThat(onVirtualThread(transport, server.uri()))
                        .isInstanceOf(ExchangeEnd.Responded.class);
            }
        }

        @Test
        void connectionWithAResponseToNoRequestIsNotUsed() throws Exception {
            var connections = new ArrayList<Socket>();
            RawServer.Script script =
                    (out, connection) -> {
                        connections.add(connection);
                        out.write(WHOLE);
                    };
            try (var server = new RawServer(script);
                    var transport = transport(PATIENT)) {
                onVirtualThread(transport, server.uri());
                connections.getFirst().getOutputStream().write(WHOLE);
                onVirtualThread(transport, server.uri());

                assertThat(server.accepted).hasValue(2);
            }
        }

        @Test
        void requestThatIsReadButNotAnsweredHasPossiblyArrived() throws Exception {
            try (var server = new RawServer(answeringAllBut(2, new byte[0]));
                    var transport = transport(PATIENT)) {
                onVirtualThread(transport, server.uri());

                assertThat(onVirtualThread(transport, server.uri()))
                        .isEqualTo(new ExchangeEnd.ClosedUnanswered());
                assertThat(onVirtualThread(transport, server.uri()))
                        .isInstanceOf(ExchangeEnd.Responded.class);
            }
        }

        @Test
        void connectionThatBreaksWithinAResponseIsBroken() throws Exception {
            try (var server = new RawServer(answeringAllBut(2, "HTTP/1.1 2".getBytes(ISO_8859_1)));
                    var transport = transport(PATIENT)) {
                onVirtualThread(transport, server.uri());

                assertThat(onVirtualThread(transport, server.uri()))
                        .isInstanceOfSatisfying(
                                ExchangeEnd.Broken.class, it -> assertThat(it.sent()).isTrue());
            }
        }

        @Test
        void newConnectionThatIsClosedUnansweredIsBroken() throws Exception {
            try (var server = new RawServer(answeringAllBut(1, new byte[0]));
                    var transport = transport(PATIENT)) {
                assertThat(onVirtualThread(transport, server.uri()))
                        .isInstanceOfSatisfying(
                                ExchangeEnd.Broken.class, it -> assertThat(it.sent()).isTrue());
            }
        }

        /** The server resets the connection before it has read the whole second request. */
        @Test
        void requestThatCannotBeWrittenIsSentAgainOnANewConnection() throws Exception {
            try (var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                    var transport = transport(PATIENT)) {
                var uri = URI.create("http://127.0.0.1:" + server.getLocalPort());
                var requests = CompletableFuture.supplyAsync(() -> resetSecond(server));

                assertThat(onVirtualThread(transport, uri))
                        .isInstanceOf(ExchangeEnd.Responded.class);
                var large =
                        new ProviderRequest(
                                "p",
                                new ExpectedAnswer(Endpoint.CHAT_COMPLETIONS, true),
                                uri,
                                Map.of(),
                                new byte[32 << 20]);
                var exchange =
                        CompletableFuture.supplyAsync(
                                () ->
                                        transport.exchange(
                                                large,
                                                "m",
                                                Window.open(Exchanges.NOW.get()),
                                                _ -> {}),
                                Thread::startVirtualThread);

                assertThat(exchange.get()).isInstanceOf(ExchangeEnd.Responded.class);
                assertThat(requests.get()).isEqualTo(3);
            }
        }

        /** Returns the number of requests, the second of which is not answered. */
        private static int resetSecond(ServerSocket server) {
            try {
                try (Socket first = server.accept()) {
                    readRequest(first);
                    first.getOutputStream().write(WHOLE);
                    readHead(first);
                    first.setSoLinger(true, 0);
                }
                try (Socket second = server.accept()) {
                    readRequest(second);
                    second.getOutputStream().write(WHOLE);
                }
                return 3;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void readRequest(Socket connection) throws IOException {
            String head = readHead(connection);
            int length =
                    Integer.parseInt(
                            head.replaceAll("(?is).*content-length: ([0-9]+).*", "$1").strip());
            connection.getInputStream().skipNBytes(length);
        }

        private static String readHead(Socket connection) throws IOException {
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) connection.getInputStream().read());
            }
            return head.toString();
        }

        /** Sends a part of one answer, and closes the connection. */
        private static RawServer.Script answeringAllBut(int request, byte[] part) {
            var requests = new AtomicInteger();
            return (out, connection) -> {
                boolean isWhole = requests.incrementAndGet() != request;
                out.write(isWhole ? WHOLE : part);
                if (!isWhole) {
                    connection.close();
                }
            };
        }

        private static HttpTransport trusting() {
            return Exchanges.transport(
                    PATIENT,
                    new HttpClientFactory(PATIENT, 10),
                    DIRECT.withTls(TestTls.trusting(TestTls.AUTHORITY)));
        }
    }

    /**
     * A provider whose host resolves to the given addresses, one list for each lookup; the last
     * list repeats.
     */
    private static final class Names implements DnsResolver {
        private final List<List<String>> lookups;
        private int next;

        Names(List<List<String>> lookups) {
            this.lookups = lookups;
        }

        @Override
        public synchronized InetAddress[] resolve(String host) throws UnknownHostException {
            List<String> found = lookups.get(Math.min(next, lookups.size() - 1));
            next++;
            return found.stream().map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    @Nested
    class AHostName {
        private static final TimeValue YOUNG = TimeValue.ofMinutes(1);
        private static final TimeValue NONE = TimeValue.ofMilliseconds(1);

        private final RawServer old = new RawServer(RawServer.always(200, "{}"));
        private final RawServer moved =
                new RawServer(
                        new ServerSocket(old.port(), 50, InetAddress.ofLiteral("127.0.0.2")),
                        RawServer.always(200, "{}"));
        private final URI uri = URI.create("http://provider.example:" + old.port());

        AHostName() throws IOException {}

        private HttpTransport resolving(TimeValue maxAge, String... lookups) {
            var names = new Names(Stream.of(lookups).map(it -> List.of(it.split(" "))).toList());
            return Exchanges.transport(
                    PATIENT, new HttpClientFactory(PATIENT, 10, names, maxAge), DIRECT);
        }

        private void call(HttpTransport transport) throws Exception {
            assertThat(onVirtualThread(transport, uri)).isInstanceOf(ExchangeEnd.Responded.class);
        }

        @Test
        void allAddressesAreTried() throws Exception {
            try (old;
                    moved;
                    var transport = resolving(YOUNG, "127.0.0.3 127.0.0.4 127.0.0.2")) {
                call(transport);

                assertThat(moved.accepted).hasValue(1);
            }
        }

        @Test
        void movedProviderIsFoundWhenTheConnectionIsTooOld() throws Exception {
            try (old;
                    moved;
                    var transport = resolving(NONE, "127.0.0.1", "127.0.0.2")) {
                call(transport);
                await().pollDelay(Duration.ofMillis(5)).until(() -> true);
                call(transport);

                assertThat(old.accepted).hasValue(1);
                assertThat(moved.accepted).hasValue(1);
            }
        }

        @Test
        void nameIsNotLookedUpForAReusedConnection() throws Exception {
            try (old;
                    moved;
                    var transport = resolving(YOUNG, "127.0.0.1", "127.0.0.2")) {
                call(transport);
                call(transport);

                assertThat(moved.accepted).hasValue(0);
            }
        }

        @Test
        void movedProviderIsFoundOnceTheOldOneIsGone() throws Exception {
            try (moved;
                    var transport = resolving(YOUNG, "127.0.0.1", "127.0.0.2")) {
                call(transport);
                old.close();
                onVirtualThread(transport, uri);
                call(transport);

                assertThat(moved.accepted).hasPositiveValue();
            }
        }
    }
}
