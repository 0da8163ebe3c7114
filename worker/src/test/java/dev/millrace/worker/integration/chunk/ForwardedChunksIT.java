package dev.millrace.worker.integration.chunk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.chunk.Chunk;
import dev.millrace.contracts.chunk.Chunk.Outcome;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.testclusters.JobCluster;
import dev.millrace.worker.Worker;
import dev.millrace.worker.integration.Workers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that a reader of the chunk topic sees while a worker calls. */
class ForwardedChunksIT {
    private static final String MODEL = "deepseek-flash";
    private static final String WORKER =
            "max_in_flight: 50, backoff: { initial: 5ms, max: 20ms }, retry_budget: { ratio: 100 },"
                    + " breaker: { open_for: 1ms }";

    @TempDir Path directory;

    private JobCluster cluster(String behaviour) {
        var settings = SimulatorSettings.parse("test", "{\"models\":{\"*\":{" + behaviour + "}}}");
        return new JobCluster(directory, settings, WORKER);
    }

    /** Returns a job that asks for a stream, and perhaps for its chunks. */
    private static ProducerRecord<byte[], byte[]> streamed(
            JobCluster cluster, int number, boolean forwards) {
        var job = cluster.job(MODEL, number);
        String line =
                new String(job.value(), UTF_8)
                        .replace("\"max_tokens\"", "\"stream\":true,\"max_tokens\"");
        var changed =
                new ProducerRecord<>(
                        job.topic(), null, job.key(), line.getBytes(UTF_8), job.headers());
        if (forwards) {
            changed.headers().add(MillraceHeaders.STREAM, "chunks".getBytes(UTF_8));
        }
        return changed;
    }

    private static String id(int number) {
        return JobId.of("default", "default", "job-" + number).value();
    }

    /** Reads all partitions of the chunk topic from the beginning. */
    private static final class ChunkTopic implements AutoCloseable {
        private final KafkaConsumer<byte[], byte[]> consumer;
        final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

        ChunkTopic(JobCluster cluster) {
            consumer =
                    new KafkaConsumer<>(
                            Map.of(
                                    "bootstrap.servers",
                                    cluster.bootstrapServers(),
                                    "auto.offset.reset",
                                    "earliest"),
                            new ByteArrayDeserializer(),
                            new ByteArrayDeserializer());
            String topic = cluster.topics().chunks();
            consumer.assign(
                    IntStream.range(0, consumer.partitionsFor(topic).size())
                            .mapToObj(it -> new TopicPartition(topic, it))
                            .toList());
        }

        /** Returns the chunks of a job that were read so far. */
        List<Chunk> of(String job) {
            return records.stream()
                    .filter(it -> new String(it.key(), UTF_8).equals(job))
                    .map(it -> Chunk.read(it.headers(), it.value()).orElseThrow())
                    .toList();
        }

        List<Chunk> readUntil(String job, Predicate<List<Chunk>> condition) {
            while (!condition.test(of(job))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return of(job);
        }

        long written() {
            return consumer.endOffsets(consumer.assignment()).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }

        @Override
        public void close() {
            consumer.close();
        }
    }

    private static boolean hasEnded(List<Chunk> chunks) {
        return !chunks.isEmpty() && chunks.getLast().content() instanceof Chunk.End;
    }

    @Test
    void firstTokensAreReadWhileTheCallRuns() throws Exception {
        try (var cluster = cluster("\"first_byte\":\"0ms\",\"latency\":\"20m\"");
                Worker _ = Workers.start(cluster);
                var topic = new ChunkTopic(cluster)) {
            cluster.submit(streamed(cluster, 1, true));

            topic.readUntil(id(1), chunks -> !chunks.isEmpty());
            cluster.readToEnd();
            assertThat(cluster.results()).isEmpty();

            cluster.cancelWithCalls(new ControlKey.CancelBatch("default", "default"));
            assertThat(topic.readUntil(id(1), ForwardedChunksIT::hasEnded).getLast().content())
                    .isEqualTo(new Chunk.End(Outcome.FAILED));
        }
    }

    @Test
    void chunksAreTheWholeAnswerInOrder() throws Exception {
        try (var cluster = cluster("");
                Worker _ = Workers.start(cluster);
                var topic = new ChunkTopic(cluster)) {
            cluster.submit(streamed(cluster, 1, true));

            List<Chunk> chunks = topic.readUntil(id(1), ForwardedChunksIT::hasEnded);

            assertThat(chunks.getLast().content()).isEqualTo(new Chunk.End(Outcome.COMPLETE));
            assertThat(chunks.stream().map(Chunk::sequence))
                    .containsExactlyElementsOf(IntStream.range(0, chunks.size()).boxed().toList());
            assertThat(chunks).allMatch(it -> it.attempt() == 1);
            assertThat(new String(data(chunks.get(chunks.size() - 2)), UTF_8)).isEqualTo("[DONE]");
            assertThat(cluster.readUntil(() -> !cluster.results().isEmpty())).isTrue();
        }
    }

    private static byte[] data(Chunk chunk) {
        return chunk.content() instanceof Chunk.Event event ? event.data() : new byte[0];
    }

    @Test
    void failedAttemptsEndAndTheNextOnesHaveHigherNumbers() throws Exception {
        try (var cluster = cluster("\"failures\":{\"error_mid_stream\":1}");
                Worker _ = Workers.start(cluster);
                var topic = new ChunkTopic(cluster)) {
            cluster.submit(streamed(cluster, 1, true));
            assertThat(cluster.readUntil(() -> !cluster.results().isEmpty())).isTrue();
            int attempts = cluster.results().getFirst().attempts();

            List<Chunk> chunks =
                    topic.readUntil(
                            id(1), it -> hasEnded(it) && it.getLast().attempt() == attempts);

            assertThat(attempts).isGreaterThan(1);
            assertThat(chunks.stream().filter(it -> it.sequence() == 0).map(Chunk::attempt))
                    .containsExactlyElementsOf(IntStream.rangeClosed(1, attempts).boxed().toList());
            assertThat(chunks.stream().map(Chunk::content).filter(Chunk.End.class::isInstance))
                    .hasSize(attempts)
                    .containsOnly(new Chunk.End(Outcome.FAILED));
        }
    }

    @Test
    void otherJobsForwardNothing() throws Exception {
        try (var cluster = cluster("");
                var topic = new ChunkTopic(cluster)) {
            // Chunks are sent before the worker has closed.
            try (Worker _ = Workers.start(cluster)) {
                cluster.submit(List.of(streamed(cluster, 1, false), cluster.job(MODEL, 2)));
                assertThat(cluster.readUntil(() -> cluster.results().size() == 2)).isTrue();
            }

            assertThat(topic.written()).isZero();
        }
    }
}
