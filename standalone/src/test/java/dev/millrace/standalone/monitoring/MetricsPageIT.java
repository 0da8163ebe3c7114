package dev.millrace.standalone.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.ListenAddress;
import dev.millrace.configuration.StoreLocation;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.gateway.GatewaySettings;
import dev.millrace.sink.SinkListener;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.monitoring.MetricsPage.Metric;
import dev.millrace.standalone.ops.BindAddress;
import dev.millrace.standalone.ops.GatewayServer;
import dev.millrace.standalone.ops.ServiceMetrics;
import dev.millrace.standalone.pipeline.Pipeline;
import dev.millrace.standalone.pipeline.PipelinePart;
import dev.millrace.standalone.pipeline.PipelineSettings;
import dev.millrace.standalone.usage.BacklogMetrics;
import dev.millrace.standalone.usage.PipelineUsage;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the page of metrics with the metrics that a running pipeline exports to Prometheus. */
@Tag("long")
class MetricsPageIT {

    private static final String CONFIG =
            """
            providers:
              simulator: { wire: openai, simulator: { models: { bad: { failures: { unauthorized: 1 } } } } }
            models:
              good: { provider: simulator, price: { input: 0.1, output: 0.7 }, stream: always, limits: { requests_per_second: 100 } }
              bad: { provider: simulator, price: { input: 0.1, output: 0.7 } }
            tenants: { default: { budget: { limit_usd: 5 } } }
            tracing: { endpoint: "http://127.0.0.1:1", sample: 1 }
            """;

    /** Metrics that appear only after events that this test does not cause. */
    private static final Set<String> RARE =
            Set.of(
                    "millrace_router_internal_errors_total",
                    "millrace_router_guard_trips_total",
                    "millrace_router_guard_tripped",
                    "millrace_router_ramp_share",
                    "millrace_worker_output_rate",
                    "millrace_worker_fallbacks_total",
                    "millrace_worker_jobs_spilled_total",
                    "millrace_worker_attempts_uncertain_total",
                    "millrace_worker_attempts_inherited_total",
                    "millrace_worker_usage_doubts_total",
                    "millrace_worker_unpriced_total",
                    "millrace_worker_retries_held_back_total",
                    "millrace_worker_calls_late_total",
                    "millrace_worker_calls_standing_total",
                    "millrace_worker_waited_seconds_total",
                    "millrace_webhook_attempts_total",
                    "millrace_gateway_refusals_total",
                    "millrace_retrieval_embedding_documents_total",
                    "millrace_retrieval_embedding_jobs_total");

    private static final Pattern TYPE =
            Pattern.compile("^# TYPE (millrace_\\w+) (\\w+)$", Pattern.MULTILINE);
    private static final Pattern SERIES =
            Pattern.compile("^(millrace_\\w+)(?:\\{(.*)})? ", Pattern.MULTILINE);
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"[^\"]*\"");

    @TempDir private Path folder;

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /** Sends a good job twice, one that opens a breaker, one for no model, and no JSON. */
    private static void submit(Pipeline pipeline) {
        try (var producer =
                new KafkaProducer<byte[], byte[]>(
                        Map.of("bootstrap.servers", pipeline.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            for (String line :
                    new String[] {
                        line(1, "good"), line(1, "good"), line(2, "bad"), line(3, "none"), "no JSON"
                    }) {
                var _ =
                        producer.send(
                                new ProducerRecord<>(
                                        "millrace.requests", 0, null, line.getBytes(UTF_8)));
            }
        }
    }

    private static String line(int number, String model) {
        return """
        {"custom_id":"%d","url":"/v1/chat/completions","body":{"model":"%s","max_tokens":50,\
        "messages":[{"role":"user","content":"Where is parcel %d?"}]}}"""
                .formatted(number, model, number);
    }

    /** Awaits a streamed answer. */
    private static void stream(GatewayServer gateway) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(URI.create(gateway.url() + "/chat/completions"))
                            .header("Content-Type", "application/json")
                            .POST(
                                    HttpRequest.BodyPublishers.ofString(
                                            """
                                            {"model":"good","stream":true,"max_tokens":50,\
                                            "messages":[{"role":"user","content":"Say hello"}]}"""))
                            .build();
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).body())
                    .contains("[DONE]");
        }
    }

    @Test
    void whatAPipelineShowsIsListedWithItsTypeAndLabels() throws Exception {
        try (var data = DataDirectory.open(folder.resolve("data"));
                var pipeline =
                        Pipeline.start(
                                new PipelineSettings(
                                        new ConfigLoader(Map.of()).parse("test", CONFIG),
                                        data,
                                        EnumSet.allOf(PipelinePart.class),
                                        0,
                                        registry,
                                        SinkListener.NONE,
                                        false,
                                        false));
                var _ =
                        BacklogMetrics.start(
                                pipeline.config(),
                                InstantSource.system(),
                                System::nanoTime,
                                registry);
                var gateway =
                        GatewayServer.start(
                                BindAddress.configured(
                                        new ListenAddress("127.0.0.1", 0), "the test"),
                                new GatewaySettings(
                                        pipeline.config(),
                                        PipelineUsage.of(
                                                pipeline.config(),
                                                Pipeline.jdbcUrl(pipeline.config(), data),
                                                InstantSource.system(),
                                                System::nanoTime,
                                                new SecureRandom(),
                                                () -> true),
                                        new StoreLocation.Folder(folder.resolve("files")),
                                        registry,
                                        InstantSource.system(),
                                        System::nanoTime,
                                        new SecureRandom(),
                                        PipelineUsage.forecasts(pipeline.config()),
                                        HeapShare.AMPLE))) {
            ServiceMetrics.registerHealth(registry, pipeline::health);
            ServiceMetrics.registerDisk(registry, data.root());
            await().until(() -> gateway.health().ready());
            // The refusal of "bad" opens the breaker of the key, which a later stream would need.
            stream(gateway);
            submit(pipeline);
            await().untilAsserted(
                            () ->
                                    assertThat(registry.scrape())
                                            .contains("millrace_backlog_waiting{")
                                            .contains("millrace_backlog_unfunded{")
                                            .contains("millrace_sink_cost_usd_total{")
                                            .contains("millrace_router_budget_spent_usd{")
                                            .contains("millrace_worker_breaker_open{")
                                            .contains("millrace_gateway_requests_seconds_count{")
                                            .contains("millrace_router_refused_total{")
                                            .contains("millrace_router_dead_letters_total{"));
            assertListed(registry.scrape());
        }
    }

    private static void assertListed(String shown) {
        var page = MetricsPage.metrics();
        Set<String> missing = new TreeSet<>(page.keySet());
        for (MatchResult type : (Iterable<MatchResult>) TYPE.matcher(shown).results()::iterator) {
            if (!page.containsKey(type.group(1).replaceAll("_max$", ""))) {
                assertThat(page).containsKey(type.group(1));
            }
            missing.remove(type.group(1));
            Metric metric = page.get(type.group(1));
            assertThat(metric == null ? "gauge" : metric.type())
                    .as(type.group(1))
                    .isEqualTo(type.group(2));
        }
        for (MatchResult series :
                (Iterable<MatchResult>) SERIES.matcher(shown).results()::iterator) {
            Set<String> labels = new TreeSet<>();
            LABEL.matcher(series.group(2) == null ? "" : series.group(2))
                    .results()
                    .forEach(it -> labels.add(it.group(1)));
            assertThat(page.values())
                    .anySatisfy(
                            it -> {
                                assertThat(it.series()).contains(series.group(1));
                                assertThat(it.labels()).isEqualTo(labels);
                            });
        }
        assertThat(RARE).containsAll(missing);
    }
}
