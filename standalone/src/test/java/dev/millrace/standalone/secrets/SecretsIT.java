package dev.millrace.standalone.secrets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.MillraceProducer;
import dev.millrace.producer.ParsedLine;
import dev.millrace.producer.ProducerSettings;
import dev.millrace.sink.SinkListener;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.pipeline.Pipeline;
import dev.millrace.standalone.pipeline.PipelinePart;
import dev.millrace.standalone.pipeline.PipelineSettings;
import dev.millrace.yaml.problem.ConfigException;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests a pipeline whose providers reject a key, repeat all secrets in their errors, and are
 * unreachable. Searches all output for the secrets: logs at the most detailed level, every topic,
 * the database, metrics, health and exceptions.
 */
class SecretsIT {

    private static final String WRONG_KEY = "sk-wrong-5501";
    private static final String REFUSED_KEY = "sk-refused 5502";
    private static final String KEY = "sk-accepted-5503";
    private static final String GATEWAY_KEY = "gateway-secret-5504";
    private static final String QUERY_KEY = "query-secret-5505";
    private static final String UNUSED_KEY = "sk-unreachable-5506";
    private static final String PROXY_PASSWORD = "proxy-secret-5507";
    private static final List<String> SECRETS =
            List.of(
                    WRONG_KEY,
                    REFUSED_KEY,
                    KEY,
                    GATEWAY_KEY,
                    QUERY_KEY,
                    UNUSED_KEY,
                    PROXY_PASSWORD);

    /** How calls at the first provider end. */
    private static final List<String> ENDS = List.of("200", "400", "500", "text", "stream", "cut");

    /**
     * Jobs with a result: the ends above, the duplicated job, and one at each other provider. The
     * job that is redirected waits.
     */
    private static final int JOBS = ENDS.size() + 3;

    @TempDir private Path folder;

    private String yaml(int port) throws IOException {
        return """
        providers:
          echo:
            wire: openai
            base_url: http://127.0.0.1:%1$d/v1
            api_key: ${file:%2$s}
            headers: { X-Gateway: %3$s }
            query: { key: %4$s }
          dead: { wire: openai, base_url: "http://127.0.0.1:%5$d/v1", api_key: %6$s, query: { key: %4$s } }
          proxied: { wire: openai, base_url: "http://h/v1", proxy: "http://u:%7$s@127.0.0.1:%5$d" }
        models:
          echo: { provider: echo, price: { input: 1, output: 1 } }
          moved: { provider: echo, price: { input: 1, output: 1 } }
          dead: { provider: dead, price: { input: 1, output: 1 } }
          proxied: { provider: proxied, price: { input: 1, output: 1 } }
        worker: { max_attempts: 2, backoff: { initial: 10ms, max: 20ms }, breaker: { open_for: 1s } }
        """
                .formatted(
                        port,
                        keyFile(),
                        GATEWAY_KEY,
                        QUERY_KEY,
                        unusedPort(),
                        UNUSED_KEY,
                        PROXY_PASSWORD);
    }

    private Path keyFile() {
        return folder.resolve("key");
    }

    private static int unusedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String line(String id, String model, String end) {
        return """
        {"custom_id":"%s","method":"POST","url":"/v1/chat/completions","body":{"model":"%s",\
        "stream":%s,"messages":[{"role":"user","content":"end: %s"}]}}
        """
                .formatted(id, model, end.equals("stream"), end);
    }

    private static String batch() {
        return line("duplicate", "echo", "200")
                + line("duplicate", "echo", "200")
                + ENDS.stream().map(it -> line(it, "echo", it)).collect(Collectors.joining())
                + line("moved", "moved", "redirect")
                + line("dead", "dead", "200")
                + line("proxied", "proxied", "200");
    }

    @Test
    void noOutputContainsASecret() throws IOException {
        Files.writeString(keyFile(), WRONG_KEY);
        var data = folder.resolve("data");
        var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var shown = new StringBuilder();
        try (var log = new WatchedLog(SECRETS);
                var provider = new EchoingProvider(KEY)) {
            MillraceConfig config =
                    new ConfigLoader(Map.of()).parse("m.yaml", yaml(provider.port()));
            shown.append(config);
            try (var directory = DataDirectory.open(data);
                    var pipeline = start(config, directory, meters)) {
                submit(pipeline);
                await(() -> health(pipeline).contains("key 1 of echo (authentication_error)"));
                shown.append(health(pipeline)).append(meters.scrape());
                Files.writeString(keyFile(), REFUSED_KEY);
                await(log::hasRefusedFile);
                Files.writeString(keyFile(), KEY);
                await(() -> ended(meters) >= JOBS && health(pipeline).contains("moved"));
                shown.append(health(pipeline)).append(meters.scrape());
            }
            shown.append(refusedConfiguration(provider.port()));

            assertThat(log.leaks()).isEmpty();
            assertThat(log.lines()).isGreaterThan(1_000);
        }
        SECRETS.forEach(it -> assertThat(shown).doesNotContain(it));
        assertThat(filesWith(data, SECRETS)).isEmpty();
        // The search itself works: it finds the masked echo in a result, and a dead letter.
        assertThat(filesWith(data, List.of("Refused: "))).isNotEmpty();
        assertThat(filesWith(data, List.of("***"))).isNotEmpty();
        assertThat(filesWith(data, List.of("duplicate"))).isNotEmpty();
    }

    private static Pipeline start(
            MillraceConfig config, DataDirectory data, PrometheusMeterRegistry meters) {
        return Pipeline.start(
                new PipelineSettings(
                        config,
                        data,
                        EnumSet.of(
                                PipelinePart.BROKER,
                                PipelinePart.ROUTER,
                                PipelinePart.WORKER,
                                PipelinePart.SINK),
                        0,
                        meters,
                        SinkListener.NONE,
                        false,
                        false));
    }

    private static void submit(Pipeline pipeline) throws IOException {
        var kafka = Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, pipeline.bootstrapServers());
        var settings = new ProducerSettings(kafka);
        try (var producer = MillraceProducer.open(settings);
                var lines =
                        new BatchFileReader(
                                new ByteArrayInputStream(batch().getBytes(UTF_8)), 1 << 20)) {
            for (BatchLine line = lines.next(); line != null; line = lines.next()) {
                var _ = producer.send(ParsedLine.of(line), "b");
            }
            producer.flush();
        }
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().until(condition);
    }

    private static String health(Pipeline pipeline) {
        return pipeline.health().toString();
    }

    /** Returns the number of jobs that the worker has ended. */
    private static double ended(PrometheusMeterRegistry meters) {
        return meters.find("millrace.worker.results").counters().stream()
                .mapToDouble(it -> it.count())
                .sum();
    }

    /** Returns the refusal of a configuration with a malformed key, as text. */
    private String refusedConfiguration(int port) throws IOException {
        Files.writeString(keyFile(), REFUSED_KEY);
        String yaml = yaml(port);
        var refusal =
                catchThrowableOfType(
                        ConfigException.class,
                        () -> new ConfigLoader(Map.of()).parse("m.yaml", yaml));
        var text = new StringWriter();
        refusal.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    /** Returns the files below a folder that contain one of the texts: topics and databases. */
    private static List<Path> filesWith(Path folder, List<String> texts) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(it -> !it.toString().endsWith("index"))
                    .filter(it -> containsAny(content(it), texts))
                    .toList();
        }
    }

    private static boolean containsAny(String content, List<String> texts) {
        return texts.stream().anyMatch(content::contains);
    }

    private static String content(Path file) {
        try {
            return Files.readString(file, ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
