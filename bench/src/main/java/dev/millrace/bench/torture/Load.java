package dev.millrace.bench.torture;

import dev.millrace.bench.cluster.BareClients;
import dev.millrace.contracts.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;

/** All clients, each on a virtual thread. */
final class Load implements AutoCloseable {
    private static final int MAX_RECORD_BYTES = 16 << 20;

    private final AtomicBoolean isEnding = new AtomicBoolean();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Target target;
    private final Producer<byte[], byte[]> producer;
    private final List<Future<?>> running = new ArrayList<>();

    /** One client. */
    interface Loop {
        void runOnce() throws InterruptedException;
    }

    /**
     * What the clients call, and where they note it.
     *
     * @param gateways base URLs
     */
    record Target(
            Topics topics,
            List<URI> gateways,
            HttpClient http,
            History history,
            Marker marker,
            int recordsPerSecond) {
        /**
         * Posts to any gateway; empty if the connection broke or the timeout passed.
         *
         * @param headers names and values in turn
         */
        Optional<HttpResponse<String>> post(
                RandomGenerator random,
                Duration timeout,
                String path,
                String body,
                String... headers)
                throws InterruptedException {
            URI gateway = gateways.get(random.nextInt(gateways.size()));
            List<String> secrets = history.secrets();
            var request =
                    HttpRequest.newBuilder(gateway.resolve(path))
                            .timeout(timeout)
                            .headers(headers)
                            .header("Authorization", "Bearer " + secrets.getLast())
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build();
            try {
                return Optional.of(http.send(request, HttpResponse.BodyHandlers.ofString()));
            } catch (IOException broken) {
                return Optional.empty();
            }
        }
    }

    /**
     * @param kafka addresses of the brokers, without links
     */
    Load(Target target, String kafka) {
        this.target = target;
        this.producer =
                new BareClients(kafka, "torture")
                        .producer(Map.of(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_RECORD_BYTES));
    }

    /**
     * Starts all clients.
     *
     * @param callers number of clients that call gateways
     */
    void start(long seed, int callers, InstantSource clock) {
        var random = new SplittableRandom(seed);
        start(new RecordLoad(target, producer, clock, random.split()));
        start(new OperatorLoad(target, producer, clock, random.split()));
        producer.flush();
        start(new BatchLoad(target, random.split()));
        for (int i = 0; i < callers; i++) {
            start(new CallLoad(target, random.split()));
        }
    }

    private void start(Loop loop) {
        running.add(
                executor.submit(
                        () -> {
                            while (!isEnding.get()) {
                                loop.runOnce();
                            }
                            return null;
                        }));
    }

    /** Lets each client finish what it has begun. */
    void stop() throws InterruptedException, ExecutionException {
        isEnding.set(true);
        for (Future<?> each : running) {
            each.get();
        }
        producer.flush();
    }

    @Override
    public void close() {
        isEnding.set(true);
        executor.shutdownNow();
        producer.close();
    }
}
