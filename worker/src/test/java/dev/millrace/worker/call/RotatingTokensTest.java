package dev.millrace.worker.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.money.Price;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.capacity.SlotBounds;
import dev.millrace.worker.http.AnswerLimits;
import dev.millrace.worker.port.ChunkLog;
import dev.millrace.worker.port.Providers.CallReport;
import dev.millrace.worker.port.Providers.CallRequest;
import dev.millrace.worker.port.Providers.Window;
import dev.millrace.worker.token.TokenKey;
import dev.millrace.worker.token.TokenScript;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Calls over HTTP to a provider whose tokens are valid for a minute of the test's clock. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the program is a shell script")
class RotatingTokensTest {
    private static final int CALLERS = 16;
    private static final int ROTATIONS = 15;
    private static final Instant START = Instant.parse("2026-12-01T09:30:00Z");

    private final AtomicLong nanos = new AtomicLong();

    /** Number of the oldest token that the provider accepts. */
    private final AtomicInteger oldest = new AtomicInteger(1);

    private final Set<Integer> used = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refusals = new AtomicInteger();
    private HttpServer server;
    @TempDir private Path folder;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/chat/completions", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String key = exchange.getRequestHeaders().getFirst("Authorization");
            int number = Integer.parseInt(key.substring("Bearer token-".length()));
            used.add(number);
            exchange.getRequestBody().readAllBytes();
            boolean isAccepted = number >= oldest.get();
            if (!isAccepted) {
                refusals.incrementAndGet();
            }
            byte[] body =
                    (isAccepted
                                    ? """
                                    {"choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"yes"}}],\
                                    "usage":{"prompt_tokens":1,"completion_tokens":1}}"""
                                    : "{\"error\":{\"message\":\"invalid token\"}}")
                            .getBytes(UTF_8);
            exchange.sendResponseHeaders(isAccepted ? 200 : 401, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private ProviderCalls calls() throws IOException {
        String yaml =
                "providers: { p: { wire: openai, base_url: \"http://127.0.0.1:%d/v1\", proxy: none, keys: [ %s ] } }"
                        .formatted(
                                server.getAddress().getPort(),
                                new TokenScript(folder, "token")
                                        .doing(
                                                "echo \"{\\\"token\\\":\\\"token-$n\\\",\\\"expires_in\\\":60}\"")
                                        .yaml());
        MillraceConfig config = new ConfigLoader(Map.of()).parse("m.yaml", yaml);
        var slots = SlotBounds.of(config.worker(), 1);
        return ProviderCalls.overHttp(
                config.worker(),
                List.of(),
                TokenKey::new,
                slots,
                config.providers(),
                AnswerLimits.of(config.worker(), slots, config.topics().maxResponseBytes()),
                ChunkLog.NONE,
                () -> START.plusNanos(nanos.get()),
                nanos::get);
    }

    private Verdict call(ProviderCalls calls) {
        var report = new CompletableFuture<CallReport>();
        calls.start(
                new CallRequest(
                        JobId.of("t", "b", "c"),
                        1,
                        Model.of("m", "p", Price.of("1", "2")),
                        """
                        {"custom_id":"c","method":"POST","url":"/v1/chat/completions",\
                        "body":{"model":"m","messages":[]}}"""
                                .getBytes(UTF_8),
                        null,
                        0,
                        Window.open(nanos.get())),
                report::complete);
        return report.join().verdict();
    }

    @Test
    void noCallFailsWhileTokensRotateUnderLoad() throws Exception {
        var done = new AtomicBoolean();
        var answers = new AtomicInteger();
        Set<Verdict> others = ConcurrentHashMap.newKeySet();
        try (var calls = calls()) {
            var callers = new ArrayList<Thread>();
            for (int i = 0; i < CALLERS; i++) {
                callers.add(
                        Thread.startVirtualThread(
                                () -> {
                                    while (!done.get()) {
                                        Verdict verdict = call(calls);
                                        if (verdict instanceof Verdict.Answered) {
                                            answers.incrementAndGet();
                                        } else {
                                            others.add(verdict);
                                        }
                                    }
                                }));
            }
            for (int token = 1; token <= ROTATIONS; token++) {
                int newest = token;
                await().until(() -> used.contains(newest));
                // Calls that run have the former token, whose overlap ends now.
                oldest.set(newest);
                nanos.addAndGet(Duration.ofSeconds(48).toNanos());
                calls.renewKeys();
            }
            done.set(true);
            for (Thread caller : callers) {
                caller.join();
            }
        }

        assertThat(others).isEmpty();
        assertThat(answers.get()).isGreaterThan(ROTATIONS);
        assertThat(used).hasSizeGreaterThanOrEqualTo(ROTATIONS);
    }

    @Test
    void tokenThatIsRevokedEarlyCostsNoCall() throws Exception {
        try (var calls = calls()) {
            assertThat(call(calls)).isInstanceOf(Verdict.Answered.class);
            oldest.set(2);
            nanos.addAndGet(Duration.ofSeconds(5).toNanos());

            assertThat(call(calls)).isInstanceOf(Verdict.Answered.class);
            assertThat(refusals).hasValue(1);
        }
    }
}
