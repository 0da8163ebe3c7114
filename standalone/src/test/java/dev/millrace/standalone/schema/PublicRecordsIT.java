package dev.millrace.standalone.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.topic.Topics;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.usage.ServedPipeline;
import dev.millrace.testclusters.schema.RecordSchemas;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs a whole pipeline, and checks each record of its public topics. */
class PublicRecordsIT {
    private static final Topics TOPICS = new Topics("millrace.");
    private static final String CONFIG =
            """
            providers:
              simulator:
                wire: openai
                simulator:
                  models:
                    steady: { latency: 5ms }
                    odd: { latency: 5ms, failures: { server_error: 0.2, content_filter: 0.1 } }
            models:
              steady: { provider: simulator, price: { input: 0.1, output: 0.7 } }
              odd: { provider: simulator, price: { input: 0.1, output: 0.7 } }
            gateway: { listen: "127.0.0.1:0" }
            """;
    private static final int JOBS = 200;

    /** Of the jobs, of an unknown model, of the job with passages, and of the stream. */
    private static final int RESULTS = JOBS + 3;

    @TempDir private Path folder;

    private final RecordSchemas schemas = new RecordSchemas(TOPICS);

    private static String line(String customId, String model, String millrace) {
        return """
        {"custom_id":"%s","method":"POST","url":"/v1/chat/completions","body":{"model":"%s","max_tokens":50,"messages":[{"role":"user","content":"Where is parcel %s?"}]},"millrace":%s}
        """
                .formatted(customId, model, customId, millrace);
    }

    /** Returns jobs, among them repeats, and lines that become no job. */
    private static String lines() {
        var lines = new StringBuilder();
        for (int i = 0; i < JOBS; i++) {
            String options =
                    i % 3 == 0
                            ? "{\"cache\":\"exact\",\"metadata\":{\"n\":" + i + "}}"
                            : "{\"request_id\":\"r-" + i + "\",\"priority\":\"low\"}";
            lines.append(line("job-" + i, "odd", options));
        }
        return lines.append(line("job-0", "odd", "{}"))
                .append("no JSON\n")
                .append(line("wrong", "unknown", "{}"))
                .append(line("passages", "steady", "{\"retrieval\":{\"collection\":\"shop\"}}"))
                .toString();
    }

    @Test
    void matchTheirSchemas() throws Exception {
        try (var pipeline = ServedPipeline.start(folder, CONFIG);
                var gateway = pipeline.startGateway();
                var consumer = consumer(pipeline);
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<ConsumerRecord<byte[], byte[]>>> reading =
                    executor.submit(() -> read(consumer));
            addDocument(pipeline);
            Path batch = Files.writeString(folder.resolve("batch.jsonl"), lines());
            assertThat(pipeline.run("submit", batch.toString()).code())
                    .isEqualTo(ExitCode.SOME_FAILED);
            stream(gateway.url());

            List<ConsumerRecord<byte[], byte[]>> records = reading.get(10, TimeUnit.MINUTES);

            assertThat(records)
                    .allSatisfy(
                            it -> {
                                // The line that is no JSON.
                                if (!it.topic().equals(TOPICS.requests())
                                        || new String(it.value(), UTF_8).startsWith("{")) {
                                    schemas.requireValid(it);
                                }
                            });
        }
    }

    private void addDocument(ServedPipeline pipeline) throws IOException {
        Path document = Files.writeString(folder.resolve("a.md"), "Parcel 17 is in the shop.");
        assertThat(pipeline.run("documents", "add", "--collection", "shop", document.toString()))
                .satisfies(it -> assertThat(it.code()).as(it.err()).isZero());
    }

    private static void stream(String url) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(URI.create(url + "/chat/completions"))
                                    .header("Content-Type", "application/json")
                                    .POST(
                                            BodyPublishers.ofString(
                                                    "{\"model\":\"steady\",\"stream\":true,"
                                                            + "\"messages\":[{\"role\":\"user\","
                                                            + "\"content\":\"Hello\"}]}"))
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(answer.body()).contains("[DONE]");
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer(ServedPipeline pipeline) {
        var consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                pipeline.config().kafka().orElseThrow().bootstrapServers(),
                                "auto.offset.reset",
                                "earliest",
                                "isolation.level",
                                "read_committed"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        consumer.assign(
                schemas.topics().stream()
                        .flatMap(it -> consumer.partitionsFor(it).stream())
                        .map(it -> new TopicPartition(it.topic(), it.partition()))
                        .toList());
        return consumer;
    }

    /** Reads until each job has ended, and each topic has records. */
    private List<ConsumerRecord<byte[], byte[]>> read(KafkaConsumer<byte[], byte[]> consumer) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        Map<String, Long> counts = Map.of();
        while (counts.size() < schemas.topics().size()
                || counts.getOrDefault(TOPICS.results(), 0L) < RESULTS
                || counts.getOrDefault(TOPICS.costs(), 0L) < RESULTS
                || counts.getOrDefault(TOPICS.deadLetters(), 0L) < 2) {
            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            counts = records.stream().collect(groupingBy(ConsumerRecord::topic, counting()));
        }
        return records;
    }
}
