package dev.millrace.gateway.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.chunk.Chunk;
import dev.millrace.contracts.chunk.Chunk.Outcome;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.gateway.fixtures.GatewayCluster;
import dev.millrace.gateway.stream.ClientStream.Ending;
import dev.millrace.gateway.stream.ClientStreams;
import dev.millrace.gateway.stream.StreamTimeouts;
import dev.millrace.gateway.stream.StreamedJob;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests streams whose chunks come from Kafka. */
class ClientStreamsIT {
    private static final String BODY =
            "{\"choices\":[{\"text\":\"Hello\",\"index\":0,\"finish_reason\":\"stop\"}]}";

    @TempDir private static Path directory;
    private static GatewayCluster cluster;
    private static KafkaProducer<byte[], byte[]> producer;

    private ClientStreams streams;

    @BeforeAll
    static void start() {
        cluster = new GatewayCluster(directory);
        producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                cluster.client().getOrDefault("bootstrap.servers", "")),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        producer.close();
        cluster.close();
    }

    @BeforeEach
    void open() {
        streams = streams(cluster.topics().chunks());
    }

    @AfterEach
    void close() {
        streams.close();
    }

    private static ClientStreams streams(String topic) {
        return new ClientStreams(
                new ClientStreams.Parts(
                        cluster.client(),
                        topic,
                        cluster.config().topics().keyPartitions(),
                        HeapShare.AMPLE,
                        new SimpleMeterRegistry(),
                        InstantSource.system(),
                        System::nanoTime));
    }

    private static void write(JobId job, int sequence, Chunk.Content content) throws Exception {
        int partition = job.partition(cluster.config().topics().partitions());
        producer.send(
                        new Chunk(1, sequence, content)
                                .toRecord(cluster.topics().chunks(), partition, job))
                .get();
    }

    private static Chunk.Event token(String text) {
        return new Chunk.Event(
                "", ("{\"choices\":[{\"text\":\"" + text + "\",\"index\":0}]}").getBytes(UTF_8));
    }

    /** A client that reads a stream. */
    private final class Client {
        final JobId job;
        final CompletableFuture<StreamedJob.End> end = new CompletableFuture<>();
        final CompletableFuture<Ending> ending = new CompletableFuture<>();
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();

        Client(JobId job) {
            this.job = job;
            var streamed =
                    new StreamedJob(
                            job,
                            "t",
                            Endpoint.COMPLETIONS,
                            false,
                            "req",
                            new StreamTimeouts(Duration.ofMinutes(10), Duration.ofMinutes(10)),
                            () -> "",
                            end);
            Thread.ofVirtual()
                    .start(
                            () -> {
                                try {
                                    ending.complete(streams.stream(streamed, () -> received));
                                } catch (Exception e) {
                                    ending.completeExceptionally(e);
                                }
                            });
        }

        String text() {
            return received.toString(UTF_8);
        }

        void answer() {
            end.complete(new StreamedJob.Answered(1, BODY.getBytes(UTF_8)));
        }
    }

    private static JobId job(int number) {
        return JobId.of("t", ClientStreamsIT.class.getName(), System.nanoTime() + "-" + number);
    }

    @Test
    void tokensReachTheirClientsWhileTheJobsRun() throws Exception {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(new Client(job(i)));
        }
        for (Client client : clients) {
            write(client.job, 0, token("of " + client.job));
        }

        for (Client client : clients) {
            await().until(() -> client.text().contains("of " + client.job));
            assertThat(client.ending).isNotDone();
            write(client.job, 1, new Chunk.End(Outcome.COMPLETE));
            client.answer();
            assertThat(client.ending.get()).isEqualTo(Ending.ANSWERED);
            assertThat(client.text().split("data: ", -1)).hasSize(3);
        }
    }

    @Test
    void tokensFromBeforeTheFirstPollAreRead() throws Exception {
        JobId job = job(0);
        write(job, 0, token("early"));

        var client = new Client(job);

        await().until(() -> client.text().contains("early"));
        client.answer();
        assertThat(client.ending.get()).isEqualTo(Ending.ANSWERED);
    }

    @Test
    void clientsOfOneJobGetTheSameTokens() throws Exception {
        JobId job = job(0);
        var clients = IntStream.range(0, 2).mapToObj(_ -> new Client(job)).toList();
        write(job, 0, token("shared"));

        clients.forEach(it -> await().until(() -> it.text().contains("shared")));
        for (Client client : clients) {
            client.answer();
            assertThat(client.ending.get()).isEqualTo(Ending.ANSWERED);
        }
    }

    @Test
    void answerArrivesAsAWholeWithoutTheTopic() throws Exception {
        streams.close();
        streams = streams("absent");
        var client = new Client(job(0));

        client.answer();

        assertThat(client.ending.get()).isEqualTo(Ending.ANSWERED);
        assertThat(client.text()).contains("Hello").contains("[DONE]");
    }
}
