package dev.millrace.gateway.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * The records and offsets of a simulated cluster. A transaction is decided at once, but each
 * partition learns of it later, as with Kafka's markers.
 */
public final class SimulatedLog {
    private final Map<TopicPartition, TreeMap<Long, Entry>> partitions = new HashMap<>();
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    private final Set<Transaction> unsettled = new LinkedHashSet<>();

    /**
     * @param record null for a marker
     */
    private record Entry(
            @Nullable ProducerRecord<byte[], byte[]> record, @Nullable Transaction transaction) {
        ProducerRecord<byte[], byte[]> written() {
            return Objects.requireNonNull(record);
        }
    }

    /** A transaction, and the partitions that do not know its end yet. */
    public static final class Transaction {
        final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        private final Map<TopicPartition, Long> unmarked = new HashMap<>();
        private Optional<Boolean> commits = Optional.empty();

        public List<ProducerRecord<byte[], byte[]>> records() {
            return records;
        }

        /** Returns the offsets that are committed with the records. */
        public Map<TopicPartition, OffsetAndMetadata> offsets() {
            return offsets;
        }

        public boolean isOpen() {
            return commits.isEmpty();
        }
    }

    public Transaction begin() {
        var transaction = new Transaction();
        unsettled.add(transaction);
        return transaction;
    }

    /** Appends a record and returns its offset. */
    public long append(
            TopicPartition partition,
            ProducerRecord<byte[], byte[]> record,
            @Nullable Transaction transaction) {
        long offset = put(partition, new Entry(record, transaction));
        if (transaction != null) {
            transaction.records.add(record);
            transaction.unmarked.putIfAbsent(partition, offset);
        }
        return offset;
    }

    private long put(TopicPartition partition, Entry entry) {
        long offset = end(partition);
        partitions.computeIfAbsent(partition, _ -> new TreeMap<>()).put(offset, entry);
        ends.put(partition, offset + 1);
        return offset;
    }

    /** Decides a transaction. Its partitions learn of that by {@link #settle}. */
    public void end(Transaction transaction, boolean commits) {
        transaction.commits = Optional.of(commits);
        if (transaction.unmarked.isEmpty()) {
            settleOffsets(transaction);
        }
    }

    /** Writes the marker of each decided transaction to one partition, or its offsets. */
    public void settle(TopicPartition partition) {
        for (Transaction transaction : decided()) {
            mark(transaction, partition);
        }
    }

    private List<Transaction> decided() {
        return unsettled.stream().filter(it -> !it.isOpen()).toList();
    }

    private void mark(Transaction transaction, TopicPartition partition) {
        if (transaction.unmarked.remove(partition) != null) {
            var _ = put(partition, new Entry(null, transaction));
        }
        if (transaction.unmarked.isEmpty()) {
            settleOffsets(transaction);
        }
    }

    private void settleOffsets(Transaction transaction) {
        if (transaction.commits.orElseThrow()) {
            offsets.putAll(transaction.offsets);
        }
        transaction.offsets.clear();
        if (transaction.unmarked.isEmpty()) {
            unsettled.remove(transaction);
        }
    }

    /** Settles all transactions; aborts open ones, as Kafka does after their timeouts. */
    public void settleAll() {
        for (Transaction transaction : List.copyOf(unsettled)) {
            abortIfOpen(transaction);
            List.copyOf(transaction.unmarked.keySet()).forEach(it -> mark(transaction, it));
            settleOffsets(transaction);
        }
    }

    /** Completes a decided transaction, for which Kafka lets its producer's next one wait. */
    public void complete(Transaction transaction) {
        if (!transaction.isOpen()) {
            List.copyOf(transaction.unmarked.keySet()).forEach(it -> mark(transaction, it));
        }
    }

    public void abortIfOpen(Transaction transaction) {
        if (transaction.isOpen()) {
            end(transaction, false);
        }
    }

    /** Returns the committed offset of a partition, as soon as it is stable. */
    public @Nullable OffsetAndMetadata committed(TopicPartition partition) {
        for (Transaction transaction : List.copyOf(unsettled)) {
            if (transaction.offsets.containsKey(partition)) {
                abortIfOpen(transaction);
                settleOffsets(transaction);
            }
        }
        return offsets.get(partition);
    }

    void loseOffsets() {
        offsets.clear();
    }

    /** Returns the end, behind open transactions. */
    public long end(TopicPartition partition) {
        return ends.getOrDefault(partition, 0L);
    }

    /** Returns the end for readers of committed records. */
    public long stableEnd(TopicPartition partition) {
        return Stream.concat(
                        Stream.of(end(partition)),
                        unsettled.stream()
                                .flatMap(it -> Stream.ofNullable(it.unmarked.get(partition))))
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** Returns the first committed records of a range. */
    public List<ConsumerRecord<byte[], byte[]>> committed(
            TopicPartition partition, long from, long to, int max) {
        return partitions
                .getOrDefault(partition, new TreeMap<>())
                .subMap(from, Math.max(from, to))
                .entrySet()
                .stream()
                .filter(it -> isCommitted(it.getValue()))
                .limit(max)
                .map(it -> record(partition, it.getKey(), it.getValue().written()))
                .toList();
    }

    private static boolean isCommitted(Entry entry) {
        return entry.record() != null
                && (entry.transaction() == null
                        || entry.transaction().commits.orElse(Boolean.FALSE));
    }

    private static ConsumerRecord<byte[], byte[]> record(
            TopicPartition partition, long offset, ProducerRecord<byte[], byte[]> record) {
        return new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                offset,
                Objects.requireNonNullElse(record.timestamp(), 0L),
                TimestampType.CREATE_TIME,
                0,
                0,
                record.key(),
                record.value(),
                new RecordHeaders(record.headers()),
                Optional.empty());
    }

    /**
     * Removes the records below an offset that a later one of them replaces.
     *
     * @param withTombstones also removes tombstones, which replace nothing any more
     */
    void compact(TopicPartition partition, long end, boolean withTombstones) {
        TreeMap<Long, Entry> entries = partitions.getOrDefault(partition, new TreeMap<>());
        var last = new HashMap<String, Long>();
        var clean = entries.headMap(Math.min(end, stableEnd(partition)));
        clean.forEach(
                (offset, entry) -> {
                    if (isCommitted(entry)) {
                        last.put(key(entry), offset);
                    }
                });
        Set<Long> kept = new HashSet<>(last.values());
        clean.entrySet()
                .removeIf(
                        it ->
                                !kept.contains(it.getKey())
                                        || (withTombstones
                                                && it.getValue().written().value() == null));
    }

    private static String key(Entry entry) {
        return new String(entry.written().key(), UTF_8);
    }

    /** Returns the keys whose last record has a value. */
    public Set<String> liveKeys(TopicPartition partition) {
        var values = new HashMap<String, Boolean>();
        for (var record : committed(partition, 0, end(partition), Integer.MAX_VALUE)) {
            values.put(new String(record.key(), UTF_8), record.value() != null);
        }
        return values.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }
}
