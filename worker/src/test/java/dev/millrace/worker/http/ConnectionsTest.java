package dev.millrace.worker.http;

import static dev.millrace.worker.http.Exchanges.DIRECT;
import static dev.millrace.worker.http.Exchanges.PATIENT;
import static dev.millrace.worker.http.Exchanges.onVirtualThread;
import static dev.millrace.worker.http.Exchanges.transport;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.worker.answer.ExchangeEnd;
import dev.millrace.worker.http.server.RawServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.core5.util.TimeValue;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reuse of connections, and addresses of new ones. */
class ConnectionsTest {
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

        @Test
        void connectionClosedByTheServerIsNotUsed() throws Exception {
            try (var server = new RawServer(RawServer.always(200, "{}"));
                    var transport = transport(PATIENT)) {
                onVirtualThread(transport, server.uri());
                server.closeConnections();
                // The time, by the client's clock, for which it trusts an idle connection untested.
                long idle = System.currentTimeMillis();
                await().until(() -> System.currentTimeMillis() - idle > 600);

                assertThat(onVirtualThread(transport, server.uri()))
                        .isInstanceOf(ExchangeEnd.Responded.class);
            }
        }

        @Test
        void connectionClosedDuringTheSendMayHaveBeenSentAndTheNextCallHasANewOne()
                throws Exception {
            try (var server = new RawServer(RawServer.always(200, "{}"));
                    var transport = transport(PATIENT)) {
                onVirtualThread(transport, server.uri());
                server.closeConnections();

                assertThat(onVirtualThread(transport, server.uri()))
                        .isInstanceOfSatisfying(
                                ExchangeEnd.Broken.class, it -> assertThat(it.sent()).isTrue());
                assertThat(onVirtualThread(transport, server.uri()))
                        .isInstanceOf(ExchangeEnd.Responded.class);
            }
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
