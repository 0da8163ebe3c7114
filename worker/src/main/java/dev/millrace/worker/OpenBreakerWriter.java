package dev.millrace.worker;

import dev.millrace.contracts.config.kafka.KafkaClient;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.WorkerBreakers;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.worker.breaker.OpenBreaker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the worker's open breakers to control, so that {@code millrace status} shows them and
 * other workers share their trial calls, and how many answers have doubtful token counts. Writes
 * when the breakers change or a kind of doubt is new, and again before the list expires. Connects
 * with the first entry. Runs on its own thread; a failure delays the list, and nothing else.
 */
final class OpenBreakerWriter implements AutoCloseable {
    /** A list of a worker that has died is shown for this long. */
    static final Duration VALID = Duration.ofMinutes(1);

    /** Time after which an unchanged list is written again. */
    static final Duration REPEAT = Duration.ofSeconds(20);

    private static final Logger LOG = LoggerFactory.getLogger(OpenBreakerWriter.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final Duration CLOSE = Duration.ofSeconds(1);

    private final String instance;
    private final String topic;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final Supplier<List<OpenBreaker>> open;
    private final Supplier<List<WorkerBreakers.Doubt>> doubts;
    private final InstantSource clock;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;

    private @Nullable Producer<byte[], byte[]> producer;
    private List<OpenBreaker> written = List.of();
    private int writtenDoubts;
    private Instant writtenAt = Instant.EPOCH;
    private boolean isFailing;

    /**
     * @param producers creates the producer, which this object closes
     * @param open the breakers that are not closed
     * @param doubts numbers of answers with doubtful counts, which only grow
     */
    OpenBreakerWriter(
            String instance,
            String topic,
            Supplier<Producer<byte[], byte[]>> producers,
            Supplier<List<OpenBreaker>> open,
            Supplier<List<WorkerBreakers.Doubt>> doubts,
            InstantSource clock) {
        this.instance = instance;
        this.topic = topic;
        this.producers = producers;
        this.open = open;
        this.doubts = doubts;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("millrace-worker-breakers").unstarted(this::run);
    }

    /** Starts a writer for the worker with these settings. */
    static OpenBreakerWriter start(
            WorkerSettings settings,
            Supplier<List<OpenBreaker>> open,
            Supplier<List<WorkerBreakers.Doubt>> doubts) {
        var config = settings.config();
        Map<String, String> kafka = config.kafka().orElseThrow().properties();
        String prefix = config.topics().prefix();
        String clientId = prefix + "worker-" + settings.instance() + "-breakers";
        var writer =
                new OpenBreakerWriter(
                        settings.instance(),
                        new Topics(prefix).control(),
                        () -> producer(kafka, clientId),
                        open,
                        doubts,
                        settings.clock());
        writer.thread.start();
        return writer;
    }

    private static Producer<byte[], byte[]> producer(Map<String, String> kafka, String clientId) {
        var properties = KafkaClient.PRODUCER.properties(kafka);
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (long) TIMEOUT_MILLIS);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private void run() {
        try {
            while (!stopping.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                runOnce();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    /** Writes the list if it has changed, or if it will expire. */
    void runOnce() {
        List<OpenBreaker> breakers = open.get();
        List<WorkerBreakers.Doubt> answers = doubts.get();
        boolean isEmpty = breakers.isEmpty() && answers.isEmpty();
        boolean isOld = !isEmpty && !clock.instant().isBefore(writtenAt.plus(REPEAT));
        if (isOld || !breakers.equals(written) || answers.size() != writtenDoubts) {
            write(breakers, answers);
        }
    }

    private void write(List<OpenBreaker> breakers, List<WorkerBreakers.Doubt> answers) {
        Instant now = clock.instant();
        if (send(record(breakers, answers, now))) {
            written = breakers;
            writtenDoubts = answers.size();
            writtenAt = now;
        }
    }

    /** Writes a record, and returns true when it is written. */
    private boolean send(ControlRecord list) {
        try {
            if (producer == null) {
                producer = producers.get();
            }
            var _ = producer.send(list.toRecord(topic)).get();
            isFailing = false;
            return true;
        } catch (ExecutionException | KafkaException e) {
            onFailure(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private ControlRecord record(
            List<OpenBreaker> breakers, List<WorkerBreakers.Doubt> answers, Instant now) {
        return breakers.isEmpty() && answers.isEmpty()
                ? ControlRecord.removal(new ControlKey.OpenBreakers(instance))
                : new WorkerBreakers(
                                now.plus(VALID),
                                breakers.stream().map(OpenBreaker::toEntry).toList(),
                                answers)
                        .record(instance);
    }

    private void onFailure(String problem) {
        if (!isFailing) {
            isFailing = true;
            LOG.atWarn()
                    .addKeyValue("problem", problem)
                    .log(
                            "the open breakers cannot be written to control, so status lacks them, and other workers make trial calls too");
        }
    }

    /**
     * Lets the list expire, since the worker holds back no call any more. Does not remove it, as
     * other workers would infer that the breakers have closed.
     */
    void end() {
        if (!written.isEmpty() || writtenDoubts > 0) {
            Instant expired = clock.instant().minus(VALID);
            send(new WorkerBreakers(expired, List.of()).record(instance));
        }
        if (producer != null) {
            producer.close(CLOSE);
        }
    }

    /** Ends the thread, and waits for it. */
    @Override
    public void close() {
        stopping.countDown();
        try {
            var _ = thread.join(Duration.ofMillis(2L * TIMEOUT_MILLIS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
