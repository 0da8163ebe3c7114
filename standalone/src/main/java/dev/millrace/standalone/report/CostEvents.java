package dev.millrace.standalone.report;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.control.PipelineClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the committed cost events once, without a group, up to where they end when it begins: what
 * comes or is committed later is left out, however long the reading takes. Of one thread.
 */
final class CostEvents implements AutoCloseable {
    private static final Duration POLL_WAIT = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final LongSupplier nanos;
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final Map<TopicPartition, Long> starts = new HashMap<>();
    private boolean mayLackEarlier;
    private long read;
    private long unreadable;

    private CostEvents(String topic, KafkaConsumer<byte[], byte[]> consumer, LongSupplier nanos) {
        this.topic = topic;
        this.consumer = consumer;
        this.nanos = nanos;
    }

    /** Who hears of them. */
    interface Listener {
        /**
         * A cost event.
         *
         * @param at when it was written, by the clock of who did
         */
        void onEvent(CostEvent event, Instant at);

        /**
         * How far the reading is.
         *
         * @param part 0 to 1
         */
        void onProgress(double part, long events);
    }

    /**
     * Reads.
     *
     * @param from where to begin; absent: with the oldest. In each partition whatever stands behind
     *     the first event of that time or a later one is read
     * @param nanos for the time limit
     * @throws UserError when the cluster does not answer, or has no such topic
     */
    static Extent read(
            PipelineClient cluster, Optional<Instant> from, LongSupplier nanos, Listener listener) {
        return cluster.call(
                () -> {
                    var consumer = cluster.consumer("earliest");
                    try (var events = new CostEvents(cluster.topics().costs(), consumer, nanos)) {
                        events.locate(from);
                        events.readToEnd(listener);
                        return new Extent(events.read, events.unreadable, events.mayLackEarlier);
                    }
                });
    }

    private void locate(Optional<Instant> from) {
        var found = consumer.listTopics().getOrDefault(topic, List.of());
        if (found.isEmpty()) {
            throw UserError.failure("There is no topic " + topic + ": nothing to report from");
        }
        var partitions =
                found.stream().map(it -> new TopicPartition(it.topic(), it.partition())).toList();
        consumer.assign(partitions);
        ends.putAll(consumer.endOffsets(partitions));
        var beginnings = consumer.beginningOffsets(partitions);
        starts.putAll(from.map(it -> offsets(partitions, it)).orElse(beginnings));
        starts.forEach(consumer::seek);
        mayLackEarlier =
                starts.entrySet().stream()
                        .anyMatch(
                                it ->
                                        it.getValue() > 0
                                                && it.getValue()
                                                        .equals(beginnings.get(it.getKey())));
    }

    private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, Instant from) {
        var times = new HashMap<TopicPartition, Long>();
        partitions.forEach(it -> times.put(it, Math.max(0, from.toEpochMilli())));
        var offsets = new HashMap<>(ends);
        consumer.offsetsForTimes(times)
                .forEach(
                        (partition, at) -> {
                            if (at != null) {
                                offsets.put(partition, at.offset());
                            }
                        });
        return offsets;
    }

    private void readToEnd(Listener listener) {
        var open = new ArrayList<>(ends.keySet());
        var last = done();
        var lastNanos = nanos.getAsLong();
        while (!pauseWhatHasEnded(open)) {
            consumer.poll(POLL_WAIT).forEach(record -> take(record, listener));
            var now = done();
            if (now > last) {
                last = now;
                lastNanos = nanos.getAsLong();
            } else if (nanos.getAsLong() - lastNanos > PATIENCE.toNanos()) {
                throw UserError.failure(
                        "Reading %s has come to a standstill for %d s"
                                .formatted(topic, PATIENCE.toSeconds()));
            }
            listener.onProgress((double) now / Math.max(1, all()), read);
        }
    }

    /** So that a busy pipeline's new events are not fetched while others are waited for. */
    private boolean pauseWhatHasEnded(List<TopicPartition> open) {
        var ended =
                open.stream()
                        .filter(it -> consumer.position(it) >= ends.getOrDefault(it, 0L))
                        .toList();
        consumer.pause(ended);
        open.removeAll(ended);
        return open.isEmpty();
    }

    private void take(ConsumerRecord<byte[], byte[]> record, Listener listener) {
        var end = ends.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L);
        if (record.offset() >= end) {
            return;
        }
        if (record.value() == null) {
            unreadable++;
            return;
        }
        try {
            var event = CostEventCodec.read(record.value());
            read++;
            listener.onEvent(event, Instant.ofEpochMilli(record.timestamp()));
        } catch (IllegalArgumentException e) {
            unreadable++;
        }
    }

    private long done() {
        return starts.entrySet().stream()
                .mapToLong(it -> consumer.position(it.getKey()) - it.getValue())
                .sum();
    }

    private long all() {
        return starts.entrySet().stream()
                .mapToLong(it -> ends.getOrDefault(it.getKey(), 0L) - it.getValue())
                .sum();
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
