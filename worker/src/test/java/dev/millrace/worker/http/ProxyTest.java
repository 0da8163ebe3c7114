package dev.millrace.worker.http;

import static dev.millrace.worker.http.Exchanges.DIRECT;
import static dev.millrace.worker.http.Exchanges.LONG;
import static dev.millrace.worker.http.Exchanges.PATIENT;
import static dev.millrace.worker.http.Exchanges.SHORT;
import static dev.millrace.worker.http.Exchanges.hang;
import static dev.millrace.worker.http.Exchanges.onVirtualThread;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.ProviderConfig;
import dev.millrace.configuration.Secret;
import dev.millrace.configuration.WorkerConfig.Timeouts;
import dev.millrace.worker.answer.ExchangeEnd;
import dev.millrace.worker.http.server.RawServer;
import dev.millrace.worker.http.server.TestProxy;
import dev.millrace.worker.http.server.TestTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Calls through a proxy. */
class ProxyTest {
    private static final String LOGIN =
            Base64.getEncoder().encodeToString("user:pass:wörd".getBytes(UTF_8));

    private final RawServer plain = new RawServer(RawServer.always(200, "{\"a\":1}"));
    private final RawServer secure = RawServer.overTls(RawServer.always(200, "{\"a\":1}"));

    ProxyTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        plain.close();
        secure.close();
    }

    private static HttpTransport through(String proxy) {
        return through(proxy, PATIENT);
    }

    private static HttpTransport through(String proxy, Timeouts timeouts) {
        ProviderConfig trusting =
                DIRECT.withTls(TestTls.trusting(TestTls.AUTHORITY)).withProxy(Secret.of(proxy));
        return Exchanges.transport(timeouts, new HttpClientFactory(timeouts, 10), trusting);
    }

    private static void assertAnswered(ExchangeEnd exchange) {
        assertThat(exchange)
                .isInstanceOfSatisfying(
                        ExchangeEnd.Responded.class,
                        it -> assertThat(it.body()).asString(UTF_8).isEqualTo("{\"a\":1}"));
    }

    @Nested
    class AnHttpsCall {
        @Test
        void callGoesThroughATunnelThatIsReused() throws Exception {
            try (var proxy = new TestProxy();
                    var transport = through("http://127.0.0.1:" + proxy.port())) {
                assertAnswered(onVirtualThread(transport, secure.uri()));
                assertAnswered(onVirtualThread(transport, secure.uri()));

                assertThat(proxy.heads)
                        .singleElement()
                        .asString()
                        .startsWith("CONNECT 127.0.0.1:" + secure.port())
                        .doesNotContain("secret");
                assertThat(secure.heads).hasSize(2);
            }
        }

        @Test
        void loginIsSentToTheProxyOnly() throws Exception {
            var socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            try (var proxy = new TestProxy(socket, "Proxy-Authorization: Basic " + LOGIN);
                    var transport =
                            through("http://user:pass%3Aw%C3%B6rd@127.0.0.1:" + proxy.port())) {
                assertAnswered(onVirtualThread(transport, secure.uri()));

                assertThat(secure.heads)
                        .singleElement()
                        .asString()
                        .doesNotContainIgnoringCase("proxy");
            }
        }

        @Test
        void proxyMayUseTlsItself() throws Exception {
            try (var proxy = new TestProxy(TestTls.serverSocket("127.0.0.1"), "");
                    var transport = through("https://127.0.0.1:" + proxy.port())) {
                assertAnswered(onVirtualThread(transport, secure.uri()));

                assertThat(proxy.heads).singleElement().asString().startsWith("CONNECT");
            }
        }
    }

    @Nested
    class AnHttpCall {
        @Test
        void callIsForwardedByItsWholeAddressWithTheLogin() throws Exception {
            try (var proxy = new TestProxy();
                    var transport =
                            through("http://user:pass%3Aw%C3%B6rd@127.0.0.1:" + proxy.port())) {
                assertAnswered(onVirtualThread(transport, plain.uri()));

                assertThat(proxy.heads)
                        .singleElement()
                        .asString()
                        .startsWith("POST " + plain.uri() + "/v1/x HTTP/1.1")
                        .contains("Proxy-Authorization: Basic " + LOGIN);
            }
        }
    }

    @Nested
    class WithoutATunnelNothingIsSent {
        private static ExchangeEnd.Broken broken(String reason) {
            return new ExchangeEnd.Broken(reason, false);
        }

        @Test
        void refusedLoginHasTheStatusAsReason() throws Exception {
            var socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            try (var proxy = new TestProxy(socket, "Proxy-Authorization: Basic " + LOGIN);
                    var transport = through("http://user:wrong@127.0.0.1:" + proxy.port())) {
                assertThat(onVirtualThread(transport, secure.uri()))
                        .isEqualTo(
                                broken(
                                        "the proxy refused to connect to the provider (status 407) (%s:%d through 127.0.0.1:%d)"
                                                .formatted(
                                                        secure.uri().getHost(),
                                                        secure.uri().getPort(),
                                                        proxy.port())));
                assertThat(secure.accepted).hasValue(0);
            }
        }

        @Test
        void unreachableProxyIsNamed() throws Exception {
            int port;
            try (var socket = new ServerSocket(0)) {
                port = socket.getLocalPort();
            }
            try (var transport = through("http://127.0.0.1:" + port)) {
                assertThat(onVirtualThread(transport, secure.uri()))
                        .isEqualTo(
                                broken(
                                        "the proxy refused the connection (%s:%d through 127.0.0.1:%d)"
                                                .formatted(
                                                        secure.uri().getHost(),
                                                        secure.uri().getPort(),
                                                        port)));
            }
        }

        @Test
        void unknownProxyIsNamed() throws Exception {
            try (var transport = through("http://user:secret@no-such-host.invalid:1")) {
                assertThat(onVirtualThread(transport, secure.uri()))
                        .isEqualTo(
                                broken(
                                        "the proxy's host name cannot be resolved (%s:%d through no-such-host.invalid:1)"
                                                .formatted(
                                                        secure.uri().getHost(),
                                                        secure.uri().getPort())));
            }
        }

        @Test
        void silentProxyTakesTheConnectTimeout() throws Exception {
            try (var proxy = new RawServer(Exchanges::hang);
                    var transport =
                            through(
                                    "http://127.0.0.1:" + proxy.port(),
                                    new Timeouts(SHORT, LONG, LONG, LONG))) {
                assertThat(onVirtualThread(transport, secure.uri()))
                        .isEqualTo(new ExchangeEnd.TimedOut("a connection", false));
            }
        }

        @Test
        void disconnectOfTheProxyIsNotSent() throws Exception {
            try (var proxy = new RawServer((_, connection) -> connection.close());
                    var transport = through("http://127.0.0.1:" + proxy.port())) {
                assertThat(onVirtualThread(transport, secure.uri()))
                        .isInstanceOfSatisfying(
                                ExchangeEnd.Broken.class, it -> assertThat(it.sent()).isFalse());
            }
        }
    }

    @Nested
    class AnOpenTunnel {
        @Test
        void timeoutOfTheFirstByteIsTheProvidersAndMayBeSent() throws Exception {
            try (var silent = RawServer.overTls((out, connection) -> hang(out, connection));
                    var proxy = new TestProxy();
                    var transport =
                            through(
                                    "http://127.0.0.1:" + proxy.port(),
                                    new Timeouts(LONG, SHORT, LONG, LONG))) {
                assertThat(onVirtualThread(transport, silent.uri()))
                        .isEqualTo(new ExchangeEnd.TimedOut("the first byte of the answer", true));
            }
        }
    }
}
