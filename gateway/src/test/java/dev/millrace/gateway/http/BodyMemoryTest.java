package dev.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class BodyMemoryTest {
    private static final int MAX_BYTES = 1_000;

    @Test
    void bodiesBeyondTheMemoryAreRefusedUntilOthersAreAnswered() {
        var memory = new BodyMemory(MAX_BYTES);
        var first = memory.begin("acme");
        first.add(MAX_BYTES);
        try (var second = memory.begin("globex")) {
            assertThatThrownBy(() -> second.add(1))
                    .isInstanceOfSatisfying(
                            ApiError.class,
                            it -> {
                                assertThat(it.kind()).isEqualTo(ErrorKind.OVERLOADED);
                                assertThat(it.retryAfter()).isPresent();
                            });
        }
        first.close();
        try (var third = memory.begin("globex")) {
            third.add(MAX_BYTES);
        }
    }

    @Test
    void bodiesOfATenantLeaveHalfOfTheMemoryToOthers() {
        var memory = new BodyMemory(MAX_BYTES);
        var first = memory.begin("acme");
        first.add(MAX_BYTES / 2);
        try (var second = memory.begin("acme")) {
            assertThatThrownBy(() -> second.add(1))
                    .isInstanceOfSatisfying(
                            ApiError.class,
                            it -> assertThat(it.kind()).isEqualTo(ErrorKind.OVERLOADED))
                    .hasMessageContaining("tenant acme");
        }
        try (var other = memory.begin("globex")) {
            other.add(MAX_BYTES / 2);
        }
        first.close();
        try (var next = memory.begin("acme")) {
            next.add(MAX_BYTES / 2);
        }
        assertThat(memory.held()).isZero();
    }

    @Test
    void onlyBodyOfATenantMayTakeMoreThanHalfOfTheMemory() {
        var memory = new BodyMemory(MAX_BYTES);
        try (var only = memory.begin("acme")) {
            only.add(MAX_BYTES);

            assertThat(memory.held()).isEqualTo(MAX_BYTES);
        }
    }

    @Test
    void bodyThatIsOnlyAnnouncedTakesNoMemory() throws Exception {
        var memory = new BodyMemory(MAX_BYTES);
        var begun = new CountDownLatch(1);
        var slow =
                HttpRoute.post(
                        "slow",
                        exchange -> {
                            begun.countDown();
                            exchange.sendJson(exchange.body());
                        });
        var quick = HttpRoute.post("quick", exchange -> exchange.sendJson(exchange.body()));
        try (var server =
                        RunningServer.of(
                                List.of(slow, quick),
                                new LocalCallers(CorsRules.NONE),
                                RequestMeters.unread(),
                                memory);
                var _ =
                        server.begin(
                                "POST /v1/slow HTTP/1.1\r\nHost: localhost\r\n"
                                        + "Content-Type: application/json\r\nContent-Length: "
                                        + MAX_BYTES
                                        + "\r\n\r\nx")) {
            begun.await();

            assertThat(server.send("POST", "/v1/quick", "x".repeat(MAX_BYTES - 1)).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void windowOfZstdCountsWhileABodyIsRead() throws Exception {
        var memory = new BodyMemory(Long.MAX_VALUE);
        var body = new ByteArrayInputStream(Zstd.compress(new byte[2 * MAX_BYTES]));
        try (var hold = memory.begin("acme")) {
            var input = new DecodedInput(body, ContentCoding.ZSTD, hold);
            assertThat(memory.held()).isZero();
            assertThat(input.readNBytes(MAX_BYTES)).hasSize(MAX_BYTES);
            assertThat(memory.held()).isEqualTo(MAX_BYTES);

            input.close();

            assertThat(memory.held()).isZero();
        }
    }

    @Test
    void bodyLargerThanItsRouteAllowsIsRefused() throws Exception {
        var route =
                HttpRoute.post(
                        "small",
                        exchange -> exchange.sendJson(exchange.body(MAX_BYTES, "a small path")));
        try (var server = RunningServer.of(List.of(route))) {
            var fits = server.send("POST", "/v1/small", "x".repeat(MAX_BYTES));
            var large = server.send("POST", "/v1/small", "x".repeat(MAX_BYTES + 1));

            assertThat(fits.body()).hasSize(MAX_BYTES);
            assertThat(large.statusCode()).isEqualTo(413);
            assertThat(large.body()).contains("1,000 bytes (a small path)");
        }
    }
}
