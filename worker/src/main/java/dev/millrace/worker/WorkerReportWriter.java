package dev.millrace.worker;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.kafka.KafkaClient;
import dev.millrace.contracts.service.StoppableThread;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.worker.breaker.OpenBreaker;
import dev.millrace.worker.loop.LoopReport;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the worker's report to control. The report has four parts:
 *
 * <ul>
 *   <li>open breakers, so that {@code millrace status} shows them and other workers share their
 *       trial calls
 *   <li>numbers of answers with doubtful token counts
 *   <li>reasons why jobs wait
 *   <li>limits that providers named or refusals showed
 * </ul>
 *
 * <p>Writes when the breakers, the kinds of doubt, the reasons or the paths of the limits change,
 * and again before the report expires. Connects with the first entry. Runs on a dedicated thread; a
 * failure only delays the report.
 */
final class WorkerReportWriter implements AutoCloseable {
    /** Shortest time between two reports that differ in the reasons to wait or the limits. */
    static final Duration WAITS_INTERVAL = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(WorkerReportWriter.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final Duration CLOSE = Duration.ofSeconds(1);

    private final String instance;
    private final String topic;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final Supplier<LoopReport> reports;
    private final InstantSource clock;
    private final StoppableThread thread;

    private @Nullable Producer<byte[], byte[]> producer;
    private LoopReport written = LoopReport.NONE;
    private Instant writtenAt = Instant.EPOCH;
    private boolean isFailing;

    /** The queues that waited at the last query of the loop. */
    private Set<Waiting.Queue> waited = Set.of();

    /**
     * @param producers creates the producer, which this object closes
     * @param reports supplies the loop's latest report
     */
    WorkerReportWriter(
            String instance,
            String topic,
            Supplier<Producer<byte[], byte[]>> producers,
            Supplier<LoopReport> reports,
            InstantSource clock) {
        this.instance = instance;
        this.topic = topic;
        this.producers = producers;
        this.reports = reports;
        this.clock = clock;
        this.thread = StoppableThread.of("millrace-worker-report", this::run);
    }

    /** Starts a writer for the worker with these settings. */
    static WorkerReportWriter start(WorkerSettings settings, Supplier<LoopReport> reports) {
        var config = settings.config();
        Map<String, String> kafka = config.kafka().orElseThrow().properties();
        String prefix = config.topics().prefix();
        String clientId = prefix + "worker-" + settings.instance() + "-report";
        var writer =
                new WorkerReportWriter(
                        settings.instance(),
                        new Topics(prefix).control(),
                        () -> producer(kafka, clientId),
                        reports,
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
            while (thread.pause(INTERVAL)) {
                runOnce();
            }
        } finally {
            end();
        }
    }

    /** Writes the report if it has changed, or if it will expire. */
    void runOnce() {
        LoopReport report = lasting(reports.get());
        boolean isOld = !report.isEmpty() && isAfter(WorkerReport.REPEAT);
        if (isOld || isNew(report)) {
            Instant now = clock.instant();
            if (send(record(report, now))) {
                written = report;
                writtenAt = now;
            }
        }
    }

    /** Returns the report without waits that have just begun, since most of them end at once. */
    private LoopReport lasting(LoopReport latest) {
        Set<Waiting.Queue> before = waited;
        waited = queues(latest);
        return new LoopReport(
                latest.open(),
                latest.doubts(),
                latest.waits().stream().filter(it -> before.contains(it.queue())).toList(),
                latest.limits());
    }

    private static Set<Waiting.Queue> queues(LoopReport report) {
        return report.waits().stream().map(Waiting::queue).collect(Collectors.toSet());
    }

    private static Set<String> paths(LoopReport report) {
        return report.limits().stream().map(WorkerReport.Learned::path).collect(Collectors.toSet());
    }

    private boolean isNew(LoopReport report) {
        return !report.open().equals(written.open())
                || report.doubts().size() != written.doubts().size()
                || ((!queues(report).equals(queues(written))
                                || !paths(report).equals(paths(written)))
                        && isAfter(WAITS_INTERVAL));
    }

    private boolean isAfter(Duration sinceWritten) {
        return !clock.instant().isBefore(writtenAt.plus(sinceWritten));
    }

    /** Writes a record, and returns true when it is written. */
    private boolean send(ControlRecord report) {
        try {
            if (producer == null) {
                producer = producers.get();
            }
            var _ = producer.send(report.toRecord(topic)).get();
            isFailing = false;
            return true;
        } catch (ExecutionException | KafkaException e) {
            onFailure(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private ControlRecord record(LoopReport report, Instant now) {
        return report.isEmpty()
                ? ControlRecord.removal(new ControlKey.Report(instance))
                : new WorkerReport(
                                now.plus(WorkerReport.VALIDITY),
                                report.open().stream().map(OpenBreaker::toEntry).toList(),
                                report.doubts(),
                                report.waits(),
                                report.limits())
                        .record(instance);
    }

    private void onFailure(String problem) {
        if (!isFailing) {
            isFailing = true;
            LOG.atWarn()
                    .addKeyValue("problem", problem)
                    .log(
                            "the worker's report cannot be written to control, so status does not show its open breakers and why jobs wait, and other workers make trial calls too");
        }
    }

    /**
     * Makes the report expire, since the worker no longer holds back calls. Does not remove it,
     * because other workers would infer that the breakers have closed.
     */
    void end() {
        if (!written.isEmpty()) {
            Instant expired = clock.instant().minus(WorkerReport.VALIDITY);
            send(new WorkerReport(expired, List.of()).record(instance));
        }
        if (producer != null) {
            producer.close(CLOSE);
        }
    }

    /** Ends the thread, and waits for it. */
    @Override
    public void close() {
        thread.stop();
        var _ = thread.join(Duration.ofMillis(2L * TIMEOUT_MILLIS));
    }
}
