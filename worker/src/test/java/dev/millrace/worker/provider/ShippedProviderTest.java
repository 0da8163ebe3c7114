package dev.millrace.worker.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.ProviderConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.configuration.provider.ProviderBlock;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.money.Price;
import dev.millrace.worker.call.ExpiringKey;
import dev.millrace.worker.call.ProviderCalls;
import dev.millrace.worker.capacity.SlotBounds;
import dev.millrace.worker.http.AnswerLimits;
import dev.millrace.worker.port.ChunkLog;
import dev.millrace.worker.port.Providers.CallReport;
import dev.millrace.worker.port.Providers.CallRequest;
import dev.millrace.worker.port.Providers.Window;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The requests to each shipped provider, compared with files that were written from the providers'
 * references.
 */
class ShippedProviderTest {
    private static final Price FREE = Price.of("0", "0");
    private static final Pattern KEY_PREFIX = Pattern.compile("key_prefix: (\\S+)");

    /** Headers of every HTTP call, and the key of the job. */
    private static final Set<String> USUAL_HEADERS =
            Set.of(
                    "accept-encoding",
                    "connection",
                    "content-length",
                    "host",
                    "idempotency-key",
                    "user-agent",
                    "x-request-id");

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @TestFactory
    Stream<DynamicTest> requestFollowsTheProvidersReferenceAtEveryUrl() {
        return ProviderBlock.shipped().stream()
                .map(
                        block ->
                                DynamicTest.dynamicTest(
                                        block.name(),
                                        () ->
                                                assertThat(requests(block))
                                                        .isEqualTo(golden(block.name()))));
    }

    /** Returns one request to each url that the provider offers. */
    private String requests(ProviderBlock block) throws Exception {
        var prefix = KEY_PREFIX.matcher(block.provider());
        String key = (prefix.find() ? prefix.group(1) : "") + "0123456789abcdef0123";
        Map<String, String> environment =
                block.requiredVariables().stream()
                        .collect(Collectors.toMap(Function.identity(), _ -> key));
        var config =
                new ConfigLoader(environment)
                        .parse(block.name(), ProviderBlock.sections(List.of(block)));
        ProviderConfig provider = config.provider(block.name()).orElseThrow();
        URI base = provider.baseUrl().orElseThrow();
        var requests = new StringBuilder();
        for (Endpoint endpoint : provider.endpoints()) {
            call(config, provider.at(local(base)), endpoint);
            requests.append(requests.isEmpty() ? "" : "\n")
                    .append(Objects.requireNonNull(received.poll()).replace(key, "KEY"));
        }
        return requests.toString()
                .replace("POST ", "POST " + base.getScheme() + "://" + base.getAuthority());
    }

    private URI local(URI base) {
        return URI.create("http://localhost:" + server.getAddress().getPort() + base.getRawPath());
    }

    private static void call(MillraceConfig config, ProviderConfig provider, Endpoint endpoint) {
        Model model =
                config.modelsInService().stream()
                        .filter(it -> it.urlsAt(provider.endpoints()).contains(endpoint))
                        .findFirst()
                        .orElseGet(() -> ofTheUser(config));
        var report = new CompletableFuture<CallReport>();
        var slots = SlotBounds.of(config.worker(), 1);
        try (var calls =
                ProviderCalls.overHttp(
                        config.worker(),
                        List.of(),
                        ExpiringKey.MISSING,
                        slots,
                        Map.of(model.provider(), provider),
                        AnswerLimits.of(config.worker(), slots, 1 << 20),
                        ChunkLog.NONE,
                        InstantSource.fixed(Instant.EPOCH),
                        System::nanoTime)) {
            calls.start(
                    new CallRequest(
                            JobId.of("t", "b", "c"),
                            1,
                            model,
                            line(endpoint, model),
                            null,
                            0,
                            Window.open(System.nanoTime())),
                    report::complete);
            assertThat(report.join().called()).isTrue();
        }
    }

    /** Returns a model that a user declares, for a url that no shipped model serves. */
    private static Model ofTheUser(MillraceConfig config) {
        return Model.of("my-model", config.modelsInService().getFirst().provider(), FREE);
    }

    private static byte[] line(Endpoint endpoint, Model model) {
        return """
        {"custom_id":"c","url":"%s","body":{"model":"%s",%s}}"""
                .formatted(endpoint.url(), model.name(), endpoint.smallestQuestion())
                .getBytes(UTF_8);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String headers =
                exchange.getRequestHeaders().entrySet().stream()
                        .map(
                                it ->
                                        it.getKey().toLowerCase(Locale.ROOT)
                                                + ": "
                                                + it.getValue().getFirst())
                        .filter(it -> !USUAL_HEADERS.contains(it.substring(0, it.indexOf(':'))))
                        .sorted()
                        .collect(Collectors.joining("\n"));
        received.add(
                exchange.getRequestMethod()
                        + " "
                        + exchange.getRequestURI()
                        + "\n"
                        + headers
                        + "\n"
                        + new String(exchange.getRequestBody().readAllBytes(), UTF_8)
                        + "\n");
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private static String golden(String name) throws IOException {
        try (var in =
                Objects.requireNonNull(
                        ShippedProviderTest.class.getResourceAsStream(
                                "/golden/" + name + ".txt"))) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
