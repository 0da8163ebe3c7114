package dev.millrace.webhooks.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.contracts.webhook.AddressRange;
import dev.millrace.contracts.webhook.SigningKey;
import dev.millrace.webhooks.http.Poster.ReceiverAnswer;
import dev.millrace.webhooks.http.Poster.SignedRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class HttpPosterTest {
    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-11-20T12:00:00Z"));
    private static final List<AddressRange> LOOPBACK = List.of(AddressRange.parse("127.0.0.0/8"));
    private static final SigningKey KEY = SigningKey.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    private static final byte[] BODY = "{\"type\":\"x\"}".getBytes(UTF_8);
    private static final InetAddress LOCAL = InetAddress.ofLiteral("127.0.0.1");

    private final ConcurrentLinkedQueue<String> received = new ConcurrentLinkedQueue<>();
    private HttpHandler handler = exchange -> answer(exchange, 204, "");
    private HttpServer server = unusedServer();

    private static HttpServer unusedServer() {
        try {
            return HttpServer.create();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(LOCAL, 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    var headers = exchange.getRequestHeaders();
                    received.add(
                            "%s %s %s %s %s %s"
                                    .formatted(
                                            exchange.getRequestMethod(),
                                            exchange.getRequestURI(),
                                            headers.getFirst("webhook-id"),
                                            headers.getFirst("webhook-timestamp"),
                                            headers.getFirst("webhook-signature"),
                                            new String(
                                                    exchange.getRequestBody().readAllBytes(),
                                                    UTF_8)));
                    handler.handle(exchange);
                });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
        exchange.close();
    }

    private URI url(String host) {
        return URI.create("http://" + host + ":" + server.getAddress().getPort() + "/hook?k=v");
    }

    private static ReceiverAnswer post(HttpPoster poster) {
        try (poster) {
            return poster.post(SignedRequest.of("msg_1", 1_614_265_330, BODY, KEY));
        }
    }

    private static DnsResolver names(InetAddress... addresses) {
        return new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) {
                return addresses;
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
    }

    private ReceiverAnswer postAllowed() {
        return post(HttpPoster.of(url("127.0.0.1"), LOOPBACK, CLOCK));
    }

    @Nested
    class Requests {
        @Test
        void carryTheHeadersOfTheSpecification() {
            ReceiverAnswer answer = postAllowed();

            assertThat(answer).isEqualTo(new ReceiverAnswer.Received(204, Optional.empty(), ""));
            assertThat(received)
                    .containsExactly(
                            "POST /hook?k=v msg_1 1614265330 "
                                    + KEY.sign("msg_1", 1_614_265_330, BODY)
                                    + " {\"type\":\"x\"}");
        }

        @Test
        void returnTheBeginningOfTheAnswerOnly() {
            handler = exchange -> answer(exchange, 500, "x".repeat(1 << 20));

            assertThat(postAllowed())
                    .isEqualTo(
                            new ReceiverAnswer.Received(
                                    500, Optional.empty(), "x".repeat(4 << 10)));
        }

        @Test
        void reportTheWaitThatTheReceiverAsksFor() {
            handler =
                    exchange -> {
                        exchange.getResponseHeaders()
                                .set("Retry-After", "Fri, 20 Nov 2026 12:01:30 GMT");
                        answer(exchange, 503, "");
                    };

            assertThat(postAllowed())
                    .isEqualTo(
                            new ReceiverAnswer.Received(
                                    503, Optional.of(Duration.ofSeconds(90)), ""));
        }

        @Test
        void doNotFollowARedirect() {
            handler =
                    exchange -> {
                        exchange.getResponseHeaders()
                                .set("Location", url("127.0.0.1") + "&redirected");
                        answer(exchange, 307, "");
                    };

            assertThat(postAllowed())
                    .isEqualTo(new ReceiverAnswer.Received(307, Optional.empty(), ""));
            assertThat(received).hasSize(1);
        }

        @Test
        void reportARefusedConnection() {
            URI url = url("127.0.0.1");
            server.stop(0);

            assertThat(post(HttpPoster.of(url, LOOPBACK, CLOCK)))
                    .isEqualTo(
                            new ReceiverAnswer.Missing(
                                    "the receiver refused the connection (127.0.0.1:%d)"
                                            .formatted(url.getPort())));
        }
    }

    @Nested
    class Addresses {
        @Test
        void thatAreNotPublicAreRefusedWithoutAConnection() {
            URI url = url("127.0.0.1");
            assertThat(post(HttpPoster.of(url, List.of(), CLOCK)))
                    .isEqualTo(
                            new ReceiverAnswer.Missing(
                                    "127.0.0.1 has the address 127.0.0.1, which is not public and"
                                            + " not in allowed_addresses (127.0.0.1:%d)"
                                                    .formatted(url.getPort())));
            assertThat(post(HttpPoster.of(url("localhost"), List.of(), CLOCK)))
                    .isInstanceOf(ReceiverAnswer.Missing.class);
            assertThat(post(HttpPoster.of(url("2130706433"), List.of(), CLOCK)))
                    .isInstanceOf(ReceiverAnswer.Missing.class);
            assertThat(received).isEmpty();
        }

        @Test
        void areAllCheckedWhenANameHasSeveral() {
            var names = names(InetAddress.ofLiteral("8.8.8.8"), LOCAL);

            URI url = url("hooks.test");
            assertThat(post(HttpPoster.of(url, List.of(), CLOCK, names)))
                    .isEqualTo(
                            new ReceiverAnswer.Missing(
                                    "hooks.test has the address 127.0.0.1, which is not public and"
                                            + " not in allowed_addresses (hooks.test:%d)"
                                                    .formatted(url.getPort())));
            assertThat(received).isEmpty();
        }

        @Test
        void areResolvedOnceSoThatALaterAnswerHasNoEffect() {
            var lookups = new AtomicInteger();
            var rebinding =
                    new DnsResolver() {
                        @Override
                        public InetAddress[] resolve(String host) {
                            return new InetAddress[] {
                                lookups.incrementAndGet() == 1
                                        ? LOCAL
                                        : InetAddress.ofLiteral("127.0.0.2")
                            };
                        }

                        @Override
                        public String resolveCanonicalHostname(String host) {
                            return host;
                        }
                    };
            var onlyTheFirst = List.of(AddressRange.parse("127.0.0.1"));

            assertThat(post(HttpPoster.of(url("hooks.test"), onlyTheFirst, CLOCK, rebinding)))
                    .isEqualTo(new ReceiverAnswer.Received(204, Optional.empty(), ""));
            assertThat(lookups).hasValue(1);
        }

        @Test
        void areCheckedAgainForEachRequest() {
            var lookups = new AtomicInteger();
            var rebinding =
                    new DnsResolver() {
                        @Override
                        public InetAddress[] resolve(String host) {
                            return new InetAddress[] {
                                InetAddress.ofLiteral(
                                        lookups.incrementAndGet() == 1 ? "127.0.0.1" : "10.0.0.1")
                            };
                        }

                        @Override
                        public String resolveCanonicalHostname(String host) {
                            return host;
                        }
                    };
            try (var poster = HttpPoster.of(url("hooks.test"), LOOPBACK, CLOCK, rebinding)) {
                var request = SignedRequest.of("msg_1", 1_614_265_330, BODY, KEY);
                assertThat(poster.post(request)).isInstanceOf(ReceiverAnswer.Received.class);
                assertThat(poster.post(request)).isInstanceOf(ReceiverAnswer.Missing.class);
            }
            assertThat(received).hasSize(1);
        }

        @Test
        void ofAnUnknownNameAreReported() {
            var unknown =
                    new DnsResolver() {
                        @Override
                        public InetAddress[] resolve(String host) throws UnknownHostException {
                            throw new UnknownHostException(host);
                        }

                        @Override
                        public String resolveCanonicalHostname(String host) {
                            return host;
                        }
                    };

            URI url = URI.create("https://hooks.test/events?k=v");
            assertThat(post(HttpPoster.of(url, LOOPBACK, CLOCK, unknown)))
                    .isEqualTo(
                            new ReceiverAnswer.Missing(
                                    "the receiver's host name cannot be resolved"
                                            + " (hooks.test:443)"));
        }
    }
}
