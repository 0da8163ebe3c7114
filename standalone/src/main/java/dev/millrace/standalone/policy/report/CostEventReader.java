package dev.millrace.standalone.policy.report;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.console.UserError;
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
 * Reads the committed cost events once, without a consumer group. Looks up the end offsets once and
 * reads up to them, so that later events are excluded even if reading takes long. Used by one
 * thread.
 */
final class CostEventReader implements AutoCloseable {
    private static final Duration POLL_WAIT = Duration.ofMillis(200);
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(30);

    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final LongSupplier nanos;
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final Map<TopicPartition, Long> starts = new HashMap<>();
    private boolean mayMissOlderEvents;
    private long read;
    private long unreadable;

    private CostEventReader(
            String topic, KafkaConsumer<byte[], byte[]> consumer, LongSupplier nanos) {
        this.topic = topic;
        this.consumer = consumer;
        this.nanos = nanos;
    }

    /** Receives the events. */
    interface Listener {
        /**
         * Handles a cost event.
         *
         * @param at time of the event, by the clock of its writer
         */
        void onEvent(CostEvent event, Instant at);

        /**
         * Handles the progress of the reader.
         *
         * @param fraction fraction of the events that has been read, 0 to 1
         * @param events number of events that have been read
         */
        void onProgress(double fraction, long events);
    }

    /**
     * Reads the cost events and passes them to the listener.
     *
     * @param from start of the range; empty for the oldest event. Each partition is read from its
     *     first event at or after this time
     * @param nanos ticker for the stall timeout, in nanoseconds
     * @throws UserError if the cluster does not answer or has no such topic
     */
    static PolicyReport.Extent read(
            PipelineClient cluster, Optional<Instant> from, LongSupplier nanos, Listener listener) {
        return cluster.call(
                () -> {
                    var consumer = cluster.consumer("earliest");
                    try (var events =
                            new CostEventReader(cluster.topics().costs(), consumer, nanos)) {
                        events.locate(from);
                        events.readToEnd(listener);
                        return new PolicyReport.Extent(
                                events.read, events.unreadable, events.mayMissOlderEvents);
                    }
                });
    }

    private void locate(Optional<Instant> from) {
        var found = consumer.listTopics().getOrDefault(topic, List.of());
        if (found.isEmpty()) {
            throw UserError.failure(
                    "There is no topic " + topic + ", so there is nothing to report");
        }
        var partitions =
                found.stream().map(it -> new TopicPartition(it.topic(), it.partition())).toList();
        consumer.assign(partitions);
        ends.putAll(consumer.endOffsets(partitions));
        var beginnings = consumer.beginningOffsets(partitions);
        starts.putAll(from.map(it -> offsets(partitions, it)).orElse(beginnings));
        starts.forEach(consumer::seek);
        mayMissOlderEvents =
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
        var last = offsetsRead();
        var lastNanos = nanos.getAsLong();
        while (!pauseFinishedPartitions(open)) {
            consumer.poll(POLL_WAIT).forEach(record -> handle(record, listener));
            var now = offsetsRead();
            if (now > last) {
                last = now;
                lastNanos = nanos.getAsLong();
            } else if (nanos.getAsLong() - lastNanos > STALL_TIMEOUT.toNanos()) {
                throw UserError.failure(
                        "Reading %s has stalled for %d s"
                                .formatted(topic, STALL_TIMEOUT.toSeconds()));
            }
            listener.onProgress((double) now / Math.max(1, offsetsToRead()), read);
        }
    }

    /**
     * Pauses the partitions that have been read to their end; returns true if no partition is left.
     */
    private boolean pauseFinishedPartitions(List<TopicPartition> open) {
        var ended =
                open.stream()
                        .filter(it -> consumer.position(it) >= ends.getOrDefault(it, 0L))
                        .toList();
        consumer.pause(ended);
        open.removeAll(ended);
        return open.isEmpty();
    }

    private void handle(ConsumerRecord<byte[], byte[]> record, Listener listener) {
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

    private long offsetsRead() {
        return starts.entrySet().stream()
                .mapToLong(it -> consumer.position(it.getKey()) - it.getValue())
                .sum();
    }

    private long offsetsToRead() {
        return starts.entrySet().stream()
                .mapToLong(it -> ends.getOrDefault(it.getKey(), 0L) - it.getValue())
                .sum();
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
