package dev.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RequestMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private ErrorKind kind = ErrorKind.NOT_FOUND;
    private final RunningServer server =
            RunningServer.of(
                    List.of(
                            HttpRoute.get("things/{id}", this::answer),
                            HttpRoute.get("gone", _ -> gone()),
                            HttpRoute.post("things", _ -> fail())),
                    new LocalCallers(CorsRules.NONE),
                    new RequestMeters(registry, now::get));

    @AfterEach
    void stop() {
        server.close();
    }

    private void answer(Exchange exchange) {
        now.addAndGet(Duration.ofMillis(20).toNanos());
        exchange.sendJson(new byte[] {'{', '}'});
    }

    private static void gone() throws IOException {
        throw new IOException("the client has gone");
    }

    private void fail() {
        throw ApiError.of(kind, "a_code", "a message");
    }

    private long requests(String route, String method, String status) {
        var timer =
                registry.find("millrace.gateway.requests")
                        .tags("route", route, "method", method, "status", status)
                        .timer();
        return timer == null ? 0 : timer.count();
    }

    private double refusals(String reason) {
        var counter = registry.find("millrace.gateway.refusals").tags("reason", reason).counter();
        return counter == null ? 0 : counter.count();
    }

    @Test
    void requestCountsByItsRouteWithTheTimeOfItsAnswer() throws Exception {
        assertThat(server.send("GET", "/v1/things/secret-id", "").statusCode()).isEqualTo(200);

        await().until(() -> requests("things/{id}", "GET", "2xx") == 1);
        assertThat(
                        registry.get("millrace.gateway.requests")
                                .timer()
                                .totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(20);
    }

    @Test
    void whatClientsInventIsNoLabel() throws Exception {
        assertThat(server.send("GET", "/v1/invented", "").statusCode()).isEqualTo(404);
        assertThat(server.send("INVENTED", "/v1/things", "").statusCode()).isEqualTo(405);

        await().until(() -> requests("none", "none", "4xx") == 2);
    }

    @Test
    void answerThatBrokeOffHasNoStatus() {
        try {
            server.send("GET", "/v1/gone", "");
        } catch (IOException | InterruptedException e) {
            assertThat(e).isInstanceOf(IOException.class);
        }

        await().until(() -> requests("gone", "GET", "none") == 1);
    }

    @ParameterizedTest
    @EnumSource(ErrorKind.class)
    void refusalsCountByTheirReason(ErrorKind tried) throws Exception {
        kind = tried;
        String reason =
                switch (tried) {
                    case UNAUTHENTICATED, FORBIDDEN -> "key";
                    case RATE_LIMITED -> "rate_limit";
                    case OUT_OF_MONEY -> "budget";
                    case TOO_LARGE -> "size";
                    case SLOW -> "slow_client";
                    case OVERLOADED -> "unavailable";
                    default -> "";
                };

        assertThat(server.send("POST", "/v1/things", "").statusCode()).isEqualTo(tried.status());

        assertThat(refusals(reason)).isEqualTo(reason.isEmpty() ? 0 : 1);
    }

    private void refuse(ApiError error) throws Exception {
        try (var refusing =
                RunningServer.of(
                        List.of(
                                HttpRoute.get(
                                        "thing",
                                        _ -> {
                                            throw error;
                                        })),
                        new LocalCallers(CorsRules.NONE),
                        new RequestMeters(registry, now::get))) {
            assertThat(refusing.send("GET", "/v1/thing", "").statusCode())
                    .isEqualTo(error.kind().status());
        }
    }

    @Test
    void overloadIsNotAnUnavailablePipeline() throws Exception {
        refuse(ApiError.overloaded(Duration.ofSeconds(1), "come back later"));

        assertThat(refusals("overload")).isEqualTo(1);
    }

    @Test
    void modelThatAKeyDoesNotPermitIsNoMissingRight() throws Exception {
        refuse(ApiError.of(ErrorKind.FORBIDDEN, "model_not_allowed", "no"));

        assertThat(refusals("model")).isEqualTo(1);
    }
}
