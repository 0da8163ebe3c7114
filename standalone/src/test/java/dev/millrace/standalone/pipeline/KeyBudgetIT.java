package dev.millrace.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.ListenAddress;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.StoreLocation;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.control.ControlFollower;
import dev.millrace.control.ControlWriter;
import dev.millrace.gateway.GatewaySettings;
import dev.millrace.gateway.access.GatewayKey;
import dev.millrace.gateway.access.KeyAccess;
import dev.millrace.gateway.access.KeyToken;
import dev.millrace.gateway.access.SecretHash;
import dev.millrace.sink.SinkListener;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.e2e.CountedProvider;
import dev.millrace.standalone.key.KeyChanges;
import dev.millrace.standalone.ops.BindAddress;
import dev.millrace.standalone.ops.GatewayServer;
import dev.millrace.standalone.usage.PipelineUsage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The budget of a key at two gateways, over a provider that counts its calls. */
class KeyBudgetIT {
    private static final int LINES = 200;
    private static final int CALLS = 20;
    private static final BigDecimal LIMIT = new BigDecimal("0.08");
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir private Path folder;
    private final KeyToken token = KeyToken.mint(RANDOM);
    private final HttpClient http = HttpClient.newHttpClient();

    private static String body(String text) {
        return """
        {"model":"gpt-4.1","max_tokens":60,"messages":[{"role":"user","content":"%s"}]}"""
                .formatted(text);
    }

    private static String lines() {
        return IntStream.range(0, LINES)
                .mapToObj(
                        it ->
                                """
                                {"custom_id":"%1$d","method":"POST","url":"/v1/chat/completions","millrace":{"fallback":[]},"body":%2$s}
                                """
                                        .formatted(it, body("Where is parcel " + it)))
                .collect(Collectors.joining());
    }

    private GatewayServer gateway(MillraceConfig config, GatewaySettings.Pipeline usage) {
        return GatewayServer.start(
                BindAddress.configured(new ListenAddress("127.0.0.1", 0), "the test"),
                new GatewaySettings(
                        config,
                        usage,
                        new StoreLocation.Folder(folder.resolve("files")),
                        new SimpleMeterRegistry(),
                        InstantSource.system(),
                        System::nanoTime,
                        RANDOM,
                        PipelineUsage.forecasts(config),
                        HeapShare.AMPLE));
    }

    private void createKey(MillraceConfig config) {
        Instant now = Instant.now();
        var key =
                new GatewayKey(
                        "ci",
                        KeyAccess.ofTenant("acme"),
                        now,
                        "ada",
                        Optional.empty(),
                        List.of(SecretHash.of(token.secret(), RANDOM, now)));
        var created =
                ControlWriter.of(kafka(config), config.topics().prefix(), RANDOM)
                        .write(
                                state ->
                                        KeyChanges.create(
                                                state,
                                                token.id(),
                                                key,
                                                Optional.of(new BudgetLimit(LIMIT, now, "ada"))));
        assertThat(created.problem()).isEmpty();
    }

    private static Map<String, String> kafka(MillraceConfig config) {
        return config.kafka().orElseThrow().properties();
    }

    private HttpRequest.Builder request(GatewayServer gateway, String path) {
        return HttpRequest.newBuilder(URI.create(gateway.url() + path))
                .header("Authorization", "Bearer " + token.text());
    }

    private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(response.body());
    }

    private String upload(GatewayServer gateway) throws IOException, InterruptedException {
        String parts =
                "--xyz\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n"
                        + "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\""
                        + "\r\n\r\n"
                        + lines()
                        + "\r\n--xyz--\r\n";
        return send(request(gateway, "/files")
                        .header("Content-Type", "multipart/form-data; boundary=xyz")
                        .POST(BodyPublishers.ofString(parts)))
                .path("id")
                .stringValue();
    }

    private static String batch(String file) {
        return """
        {"input_file_id":"%s","endpoint":"/v1/chat/completions","completion_window":"1h"}"""
                .formatted(file);
    }

    /** Makes calls, one after another, until one is not paid; returns its status and body. */
    private HttpResponse<String> callUntilUnpaid(GatewayServer gateway) {
        try {
            for (int i = 0; i < CALLS * LINES; i++) {
                HttpResponse<String> response =
                        http.send(
                                request(gateway, "/chat/completions")
                                        .POST(BodyPublishers.ofString(body("Call " + i)))
                                        .build(),
                                BodyHandlers.ofString());
                if (response.statusCode() != 200) {
                    return response;
                }
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        throw new IllegalStateException("every call was paid");
    }

    @Test
    void callsAndBatchFilesAtTwoGatewaysShareTheBudgetOfTheirKey() throws Exception {
        try (var provider = CountedProvider.answeringAfter(Duration.ofMillis(20))) {
            provider.configure(folder, 20);
            MillraceConfig config =
                    new ConfigLoader(Map.of()).load(folder.resolve("millrace.yaml"));
            try (var data = DataDirectory.open(folder.resolve("data"));
                    var pipeline =
                            Pipeline.start(
                                    new PipelineSettings(
                                            config,
                                            data,
                                            EnumSet.of(
                                                    PipelinePart.BROKER,
                                                    PipelinePart.ROUTER,
                                                    PipelinePart.WORKER,
                                                    PipelinePart.SINK),
                                            0,
                                            new SimpleMeterRegistry(),
                                            SinkListener.NONE,
                                            false,
                                            false))) {
                var usage =
                        PipelineUsage.of(
                                pipeline.config(),
                                Pipeline.jdbcUrl(pipeline.config(), data),
                                InstantSource.system(),
                                System::nanoTime,
                                RANDOM,
                                () -> true);
                createKey(pipeline.config());
                try (var one = gateway(pipeline.config(), usage);
                        var two = gateway(pipeline.config(), usage)) {
                    await().until(() -> one.health().ready() && two.health().ready());
                    spend(one, two);
                }
                assertSpent(pipeline.config(), provider);
            }
        }
    }

    private void spend(GatewayServer one, GatewayServer two) throws Exception {
        String file = upload(one);
        JsonNode estimate =
                send(request(two, "/batches/estimate").POST(BodyPublishers.ofString(batch(file))));
        assertThat(estimate.path("jobs").intValue()).isEqualTo(LINES);
        JsonNode budget = estimate.path("budgets").get(0);
        assertThat(budget.path("of").stringValue()).isEqualTo("key");
        assertThat(budget.path("left_usd").decimalValue()).isEqualByComparingTo(LIMIT);

        var calls = CompletableFuture.supplyAsync(() -> callUntilUnpaid(two));
        String id =
                send(request(one, "/batches").POST(BodyPublishers.ofString(batch(file))))
                        .path("id")
                        .stringValue();

        HttpResponse<String> unpaid = calls.get();
        assertThat(unpaid.statusCode()).isEqualTo(429);
        assertThat(unpaid.body())
                .contains("insufficient_quota", "the budget of the API key " + token.id());
        await().until(
                        () ->
                                send(request(two, "/batches/" + id).GET())
                                        .path("status")
                                        .stringValue()
                                        .equals("completed"));
        JsonNode counts = send(request(two, "/batches/" + id).GET()).path("request_counts");
        assertThat(counts.path("total").intValue()).isEqualTo(LINES);
        assertThat(counts.path("failed").intValue()).isPositive();
    }

    /** Compares the budget's figures with the provider's. */
    private void assertSpent(MillraceConfig config, CountedProvider provider) {
        var account = new ControlKey.KeyBudget("acme", token.id());
        await().untilAsserted(
                        () -> {
                            BudgetState state =
                                    ControlFollower.read(kafka(config), config.topics().prefix())
                                            .budgets()
                                            .states()
                                            .get(account);
                            assertThat(state).isNotNull();
                            assertThat(state.reservedUsd()).isZero();
                            assertThat(state.spentUsd()).isEqualByComparingTo(provider.billedUsd());
                        });
        assertThat(provider.billedUsd()).isPositive().isLessThanOrEqualTo(LIMIT);
    }
}
