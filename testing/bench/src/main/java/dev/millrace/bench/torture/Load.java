package dev.millrace.bench.torture;

import dev.millrace.bench.cluster.BareClients;
import dev.millrace.retrieval.document.DocumentCodec;
import dev.millrace.retrieval.document.DocumentKey;
import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import dev.millrace.retrieval.document.StoredDocument;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** All clients, each on a virtual thread. */
final class Load implements AutoCloseable {
    static final String JSON = "application/json";
    private static final Map<String, Object> MAX_REQUEST =
            Map.of(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 16 << 20);

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Target target;
    private final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();

    /** One client. */
    interface Loop {
        void runOnce() throws InterruptedException;
    }

    /** What the clients call, and where they note it. */
    record Target(
            Cluster cluster,
            HttpClient http,
            Producer<byte[], byte[]> producer,
            ClientHistory history,
            Marker marker,
            InstantSource clock) {
        /** Notes that from now on, until a time in milliseconds, something must not be called. */
        void forbid(String name, long end) {
            history.bans().add(new ClientHistory.Ban(name, clock.millis(), end));
        }

        /** Returns a request to any gateway. */
        HttpRequest.Builder post(RandomGenerator random, String path, String type, String body) {
            URI gateway = gateways().get(random.nextInt(gateways().size()));
            return request(gateway.resolve(path), history.secrets().getLast())
                    .header("Content-Type", type)
                    .POST(BodyPublishers.ofString(body));
        }

        List<URI> gateways() {
            return cluster.services().gateways();
        }

        static HttpRequest.Builder request(URI uri, String secret) {
            return HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + secret);
        }

        /** Returns the answer; empty if the connection broke or the timeout passed. */
        Optional<HttpResponse<String>> send(HttpRequest.Builder request)
                throws InterruptedException {
            try {
                return Optional.of(http.send(request.build(), BodyHandlers.ofString()));
            } catch (IOException broken) {
                return Optional.empty();
            }
        }

        void send(ProducerRecord<byte[], byte[]> record, Callback onCompletion) {
            Future<RecordMetadata> _ = producer.send(record, onCompletion);
        }
    }

    Load(Cluster cluster, ClientHistory history, InstantSource clock, TortureCommand options) {
        var kafka = new BareClients(cluster.brokers().servers(), "torture");
        target =
                new Target(
                        cluster,
                        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(),
                        kafka.producer(MAX_REQUEST),
                        history,
                        new Marker(options.seed),
                        clock);
        RecordLoad.TENANTS.forEach(this::addDocument);
        addDocument(OperatorLoad.TENANT);
        var random = new SplittableRandom(options.seed);
        start(new OperatorLoad(target, random.split()));
        start(new RecordLoad(target, random.split(), options.rate));
        start(new BatchLoad(target, random.split()));
        for (int i = 0; i < options.callers; i++) {
            start(new CallLoad(target, random.split()));
        }
    }

    /** Adds a document that only jobs of its tenant may find. */
    private void addDocument(String tenant) {
        var key = new DocumentKey(new CollectionId(tenant, LoadRequest.COLLECTION), tenant);
        String text = "A parcel of %s arrives within three days.".formatted(tenant);
        byte[] value = DocumentCodec.toJson(new StoredDocument(null, null, Map.of(), text));
        String topic = target.cluster().topics().documents();
        target.send(new ProducerRecord<>(topic, key.bytes(), value), (_, _) -> {});
    }

    private void start(Loop loop) {
        Future<?> _ =
                executor.submit(
                        () -> {
                            while (!executor.isShutdown()) {
                                try {
                                    loop.runOnce();
                                } catch (RuntimeException e) {
                                    failures.add(e);
                                }
                            }
                            return null;
                        });
    }

    /** Lets each client finish what it has begun. */
    void stop() {
        executor.shutdown();
    }

    boolean hasStopped() {
        return executor.isTerminated();
    }

    Target target() {
        return target;
    }

    /** Returns what failed unexpectedly. */
    Collection<RuntimeException> failures() {
        target.producer().flush();
        return failures;
    }

    @Override
    public void close() {
        executor.shutdownNow();
        target.producer().close();
        target.http().shutdownNow();
    }
}
