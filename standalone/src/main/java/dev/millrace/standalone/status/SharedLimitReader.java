package dev.millrace.standalone.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.control.LimitOrigin;
import dev.millrace.quota.QuotaRecordCodec;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.client.TopicEndReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the limits that workers share from the last minute of the quota topic. Every worker states
 * its permits there several times a second, or three times per lease while it is idle.
 */
final class SharedLimitReader {
    private static final Duration HISTORY = Duration.ofMinutes(1);

    /** Most records that are read of a partition, about 10 MB. */
    private static final long MOST_RECORDS = 100_000;

    private final PipelineClient client;
    private final LongSupplier nanoTicker;
    private final Map<String, LimitUsage> limits = new TreeMap<>();
    private long latestMillis;

    /**
     * @param nanoTicker ticker for the timeout
     */
    SharedLimitReader(PipelineClient client, LongSupplier nanoTicker) {
        this.client = client;
        this.nanoTicker = nanoTicker;
    }

    /** Returns the limits, sorted by their paths; none if no worker shares limits. */
    List<LimitStatus> read(Instant now) {
        try (var consumer = client.consumer("earliest")) {
            var reader = new TopicEndReader(consumer, nanoTicker);
            List<TopicPartition> all = reader.partitions(client.topics().quota());
            Map<TopicPartition, Long> starts = starts(consumer, all, now.minus(HISTORY));
            consumer.assign(starts.keySet());
            starts.forEach(consumer::seek);
            reader.read(starts.keySet(), this::onRecord);
        }
        var found = new ArrayList<LimitStatus>();
        limits.forEach(
                (path, usage) ->
                        usage.at(TimeUnit.MILLISECONDS.toNanos(latestMillis))
                                .ifPresent(
                                        it ->
                                                found.add(
                                                        new LimitStatus(
                                                                path,
                                                                LimitOrigin.CONFIGURED,
                                                                it))));
        return found;
    }

    /** Returns the offsets of the partitions that have records since a time. */
    private static Map<TopicPartition, Long> starts(
            KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions, Instant time) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        var times =
                partitions.stream().collect(Collectors.toMap(it -> it, _ -> time.toEpochMilli()));
        var starts = new HashMap<TopicPartition, Long>();
        consumer.offsetsForTimes(times)
                .forEach(
                        (partition, first) -> {
                            if (first != null) {
                                long latest = ends.getOrDefault(partition, 0L) - MOST_RECORDS;
                                starts.put(partition, Math.max(first.offset(), latest));
                            }
                        });
        return starts;
    }

    private void onRecord(ConsumerRecord<byte[], byte[]> next) {
        if (next.key() == null || next.value() == null) {
            return;
        }
        latestMillis = Math.max(latestMillis, next.timestamp());
        String path = new String(next.key(), UTF_8);
        QuotaRecordCodec.decode(next.value())
                .ifPresent(
                        it ->
                                limits.computeIfAbsent(path, _ -> new LimitUsage(window(path)))
                                        .onRecord(
                                                it,
                                                TimeUnit.MILLISECONDS.toNanos(next.timestamp())));
    }

    private static Duration window(String path) {
        if (path.endsWith("_per_second")) {
            return Duration.ofSeconds(1);
        }
        return path.endsWith("_per_minute") ? Duration.ofMinutes(1) : Duration.ZERO;
    }
}
