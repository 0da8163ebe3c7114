package dev.millrace.standalone.trace.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.standalone.e2e.Launcher;
import dev.millrace.standalone.e2e.Running;
import dev.millrace.standalone.trace.otlp.SpanReceiver.Received;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One job's trace through several processes, of which a worker is killed. */
class TracesIT {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";
    private static final String KEY = "sk-very-secret";
    private static final Topics TOPICS = new Topics("millrace.");

    @TempDir private Path folder;

    /** A provider whose second call to a hanging prompt ends only with its worker. */
    private static final class Provider implements AutoCloseable {
        final AtomicInteger calls = new AtomicInteger();
        private final CountDownLatch isOver = new CountDownLatch(1);
        private final HttpServer server;

        Provider() throws IOException {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/v1/chat/completions", this::answer);
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
        }

        private void answer(HttpExchange exchange) throws IOException {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            if (body.contains("refused")) {
                send(exchange, 400, "{\"error\":{\"message\":\"a private message\"}}");
                return;
            }
            switch (body.contains("hangs") ? calls.incrementAndGet() : 3) {
                case 1 -> send(exchange, 500, "{\"error\":{\"message\":\"a private message\"}}");
                case 2 -> hang();
                default ->
                        send(
                                exchange,
                                200,
                                """
                                {"id":"c","object":"chat.completion","model":"quick","choices":\
                                [{"index":0,"finish_reason":"stop","message":\
                                {"role":"assistant","content":"a private answer"}}],\
                                "usage":{"prompt_tokens":12,"completion_tokens":8,"total_tokens":20}}""");
            }
        }

        private void hang() {
            try {
                isOver.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private static void send(HttpExchange exchange, int status, String json)
                throws IOException {
            byte[] body = json.getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        }

        @Override
        public void close() {
            isOver.countDown();
            server.stop(0);
        }
    }

    private final List<Running> running = new ArrayList<>();

    private Running start(String name, String configuration, Object... command) throws IOException {
        Path home = Files.createDirectories(folder.resolve(name));
        Files.writeString(home.resolve("millrace.yaml"), configuration);
        Running started =
                new Launcher(home)
                        .start(
                                Stream.concat(
                                                Stream.of(command),
                                                Stream.of("--metrics", "127.0.0.1:0"))
                                        .toArray());
        running.add(started);
        started.awaitOutput("running ");
        return started;
    }

    private static String configuration(SpanReceiver receiver, Provider provider) {
        return """
        topics: { partitions: 1, replication_factor: 1 }
        providers: { elsewhere: { wire: openai, base_url: "%s", api_key: "%s" } }
        models:
          quick: { provider: elsewhere, price: { input: 1, output: 2 } }
        tracing: { endpoint: "%s", sample: 0 }
        """
                .formatted(provider.url(), KEY, receiver.url());
    }

    private static String worker(String configuration, String bootstrap, String instance) {
        return configuration
                + """
                kafka: { bootstrap.servers: "%s" }
                worker: { instance: %s }
                """
                        .formatted(bootstrap, instance);
    }

    private static void publish(
            String bootstrap, String customId, String prompt, @Nullable String traceparent) {
        try (var producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", bootstrap),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            var request =
                    new ProducerRecord<byte[], byte[]>(
                            TOPICS.requests(),
                            customId.getBytes(UTF_8),
                            """
                            {"custom_id":"%s","method":"POST","url":"/v1/chat/completions",\
                            "body":{"model":"quick","messages":[{"role":"user","content":"%s"}]}}"""
                                    .formatted(customId, prompt)
                                    .getBytes(UTF_8));
            MillraceHeaders.put(request.headers(), MillraceHeaders.TRACEPARENT, traceparent);
            var _ = producer.send(request);
        }
    }

    private static String traceOf(String customId) {
        return JobId.of("default", "default", customId).value();
    }

    private static void awaitStored(SpanReceiver receiver, String trace) {
        await().until(
                        () -> {
                            List<String> names =
                                    receiver.trace(trace).stream().map(Received::name).toList();
                            return names.contains("store millrace.costs") && names.contains("job");
                        });
    }

    @Test
    void traceGoesOnAfterItsWorkerIsKilled() throws IOException {
        try (var receiver = new SpanReceiver();
                var provider = new Provider()) {
            String configuration = configuration(receiver, provider);
            Running services =
                    start("services", configuration, "up", "--only", "broker,router,sink");
            String bootstrap = value(services, "bootstrap");
            Running first = start("w1", worker(configuration, bootstrap, "w1"), "worker");
            publish(bootstrap, "hanging", "hangs", "00-" + TRACE + "-" + CALLER + "-01");
            await().until(() -> provider.calls.get() == 2);
            // The first call and the second wait have been sent, which takes a tenth of a second.
            await().until(() -> receiver.trace(TRACE).size() >= 4);
            first.kill();
            var _ = start("w2", worker(configuration, bootstrap, "w2"), "worker");
            awaitStored(receiver, TRACE);

            List<Received> spans = receiver.trace(TRACE);
            assertIsOneTrace(spans);
            assertHasAllSteps(spans);
            publish(bootstrap, "good", "is answered", null);
            publish(bootstrap, "bad", "is refused", null);
            awaitStored(receiver, traceOf("bad"));
            assertThat(receiver.trace(traceOf("bad")))
                    .extracting(Received::name)
                    .containsExactlyInAnyOrder(
                            "job", "chat quick", "end millrace.results", "store millrace.costs");
            assertThat(receiver.trace(traceOf("good"))).isEmpty();
            assertThat(Stream.of(KEY, "private", "hangs", "is refused"))
                    .noneMatch(receiver::contains);
        } finally {
            running.forEach(Running::kill);
        }
    }

    private static void assertIsOneTrace(List<Received> spans) {
        Received job =
                spans.stream().filter(it -> it.name().equals("job")).findFirst().orElseThrow();
        assertThat(job.parentId()).isEqualTo(CALLER);
        assertThat(spans.stream().filter(it -> !it.equals(job)))
                .allSatisfy(it -> assertThat(it.parentId()).isEqualTo(job.spanId()));
        assertThat(job.span().getLinksCount()).isEqualTo(1);
    }

    private static void assertHasAllSteps(List<Received> spans) {
        String topic = TOPICS.jobs("quick", Lane.NORMAL);
        assertThat(spans.stream().map(Received::name))
                .containsExactlyInAnyOrder(
                        "job",
                        "route " + topic,
                        "wait",
                        "chat quick",
                        "wait",
                        "chat quick",
                        "wait",
                        "chat quick",
                        "end millrace.results",
                        "store millrace.costs");
        List<Received> calls = spans.stream().filter(it -> it.name().startsWith("chat")).toList();
        assertThat(calls)
                .extracting(it -> it.number("millrace.attempt"))
                .containsExactly(1L, 2L, 3L);
        assertThat(calls)
                .extracting(it -> it.text("error.type"))
                .containsExactly("server_error", "unknown_outcome", "");
        assertThat(calls)
                .extracting(it -> it.number("http.response.status_code"))
                .containsExactly(500L, 0L, 200L);
        assertThat(calls.getLast().number("gen_ai.usage.input_tokens")).isEqualTo(12);
        assertThat(calls.getFirst().process()).isNotEqualTo(calls.getLast().process());
        assertThat(
                        spans.stream()
                                .filter(it -> it.name().equals("wait"))
                                .map(it -> it.text("millrace.wait.reason")))
                .contains("provider_wait");
    }

    private static String value(Running services, String name) {
        return services.out()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElseThrow();
    }
}
