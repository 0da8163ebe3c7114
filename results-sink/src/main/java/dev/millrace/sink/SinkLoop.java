package dev.millrace.sink;

import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.topic.CorruptBatch;
import dev.millrace.sink.database.DatabaseException;
import dev.millrace.sink.database.DatabaseWriter;
import dev.millrace.sink.database.WriteOutcome;
import dev.millrace.sink.kafka.RowConverter;
import dev.millrace.sink.kafka.TopicLookup;
import dev.millrace.sink.row.OffsetChange;
import dev.millrace.sink.row.Row;
import dev.millrace.sink.row.StoreTransaction;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sink's loop: polls and stores the records of each poll in one transaction. A poll returns
 * with the first record, and further records accumulate while a transaction runs. Transactions are
 * therefore small under low load and large under high load.
 *
 * <pre>
 *   unassigned ──topics found, offsets read──► assigned ──offset gone, topic replaced──► unassigned
 *      │                                          │
 *      └──records lost, database unusable─────────┴──another writer──► stopped
 * </pre>
 *
 * A transaction that failed stays pending, and nothing else is read until it is stored. A corrupt
 * batch stops its partition until partitions are assigned again; other partitions are stored.
 */
final class SinkLoop {
    private static final Logger LOG = LoggerFactory.getLogger(SinkLoop.class);

    /**
     * A poll ends as soon as a record arrives; a shorter wait would only keep an idle sink busy.
     */
    private static final Duration POLL_WAIT = Duration.ofSeconds(1);

    /** Wait for records while expired rows are left to delete. */
    private static final Duration SHORT_POLL_WAIT = Duration.ofMillis(100);

    /** Longest wait for Kafka when closing the consumer or reading a position. */
    private static final Duration KAFKA_WAIT = Duration.ofMillis(100);

    /** Interval between checks whether a topic was recreated or has grown. */
    private static final long LOOKUP_NANOS = Duration.ofSeconds(30).toNanos();

    /** Interval at which offsets advance over transaction markers. */
    private static final long MARKERS_NANOS = Duration.ofSeconds(5).toNanos();

    private final Consumer<byte[], byte[]> consumer;
    private final TopicLookup lookup;
    private final DatabaseWriter writer;
    private final RowConverter converter;
    private final SinkListener listener;
    private final SinkMeters meters;
    private final RetentionSchedule retention;
    private final StopSignal stop;
    private final LongSupplier ticker;

    private @Nullable Assignment assignment;
    private @Nullable StoreTransaction pending;

    /** The partitions stopped by a corrupt batch, each with the reason. */
    private final Map<TopicPartition, String> corrupt = new LinkedHashMap<>();

    private Backoff backoff = Backoff.NONE;
    private boolean stopped;
    private long lastLookupNanos;
    private long lastMarkersNanos;

    /** Written by the loop's thread, read by any. */
    private volatile Health health = Health.waiting("starting");

    /** The dependencies of the loop, which closes the first three. */
    record Parts(
            Consumer<byte[], byte[]> consumer,
            TopicLookup lookup,
            DatabaseWriter writer,
            RowConverter converter,
            SinkListener listener,
            SinkMeters meters,
            RetentionSchedule retention,
            StopSignal stop,
            LongSupplier ticker) {}

    SinkLoop(Parts parts) {
        this.consumer = parts.consumer;
        this.lookup = parts.lookup;
        this.writer = parts.writer;
        this.converter = parts.converter;
        this.listener = parts.listener;
        this.meters = parts.meters;
        this.retention = parts.retention;
        this.stop = parts.stop;
        this.ticker = parts.ticker;
    }

    Health health() {
        return health;
    }

    /** Repeats {@link #runOnce} until the stop signal is raised or a fatal problem occurs. */
    void run() {
        try {
            while (!stop.isRaised() && !stopped) {
                runOnce();
            }
            if (!stopped) {
                storeFinalOffsets();
            }
        } catch (RuntimeException | Error e) {
            health = Health.stopped("internal error of the sink: " + e);
            LOG.error("the sink stops because of an internal error", e);
        } finally {
            close();
        }
    }

    /**
     * Stores the offsets after the last transaction markers, because their segment may be deleted
     * before the next start.
     */
    private void storeFinalOffsets() {
        Assignment assigned = assignment;
        if (assigned != null && pending == null) {
            try {
                StoreTransaction last = markerOffsets(assigned);
                if (last != null) {
                    store(assigned, last);
                }
            } catch (KafkaException e) {
                LOG.atDebug()
                        .addKeyValue("problem", e.getMessage())
                        .log("the last transaction markers were not stored");
            }
        }
        health = Health.stopped("closed");
    }

    /** Performs one step: assigns the partitions if necessary, then reads and stores records. */
    void runOnce() {
        try {
            Assignment assigned = assignment;
            if (assigned == null) {
                assign();
            } else {
                readAndStore(assigned);
            }
        } catch (WakeupException e) {
            LOG.debug("woken up by close");
        } catch (InvalidOffsetException e) {
            LOG.atWarn().addKeyValue("problem", e.getMessage()).log("an offset no longer exists");
            assignment = null;
            onFailure("an offset no longer exists: " + e.getMessage());
        } catch (KafkaException e) {
            onFailure(e);
        } catch (DatabaseException e) {
            onFailure(e);
        }
    }

    private void assign() throws DatabaseException {
        switch (lookupTopics()) {
            case TopicLookup.Unavailable unavailable -> onFailure(unavailable.reason());
            case TopicLookup.Found found -> {
                switch (PartitionAssigner.assign(consumer, writer, found.partitions())) {
                    case PartitionAssigner.Assigned it -> onAssigned(it.assignment());
                    case PartitionAssigner.Rejected it -> stop(it.reason());
                }
            }
        }
    }

    private TopicLookup.Result lookupTopics() {
        return lookup.lookup(converter.topicNames(), converter.optionalTopicNames());
    }

    private void onAssigned(Assignment assigned) {
        assignment = assigned;
        corrupt.clear();
        lastLookupNanos = ticker.getAsLong();
        lastMarkersNanos = lastLookupNanos;
        LOG.atInfo()
                .addKeyValue("partitions", assigned.partitions().size())
                .log("the sink started reading");
        onSuccess();
    }

    private void readAndStore(Assignment assigned) {
        StoreTransaction transaction = pending;
        if (transaction == null) {
            transaction = read(assigned);
        }
        if (transaction != null) {
            store(assigned, transaction);
        }
        if (pending == null) {
            retention.deleteIfDue();
        }
        if (pending == null && ticker.getAsLong() - lastLookupNanos >= LOOKUP_NANOS) {
            checkTopics(assigned);
        }
    }

    private @Nullable StoreTransaction read(Assignment assigned) {
        if (ticker.getAsLong() - lastMarkersNanos >= MARKERS_NANOS) {
            StoreTransaction markers = markerOffsets(assigned);
            if (markers != null) {
                return markers;
            }
        }
        ConsumerRecords<byte[], byte[]> records =
                consumer.poll(retention.hasMore() ? SHORT_POLL_WAIT : POLL_WAIT);
        if (!records.isEmpty()) {
            return assigned.transactionOf(records, converter);
        }
        onSuccess();
        return null;
    }

    /**
     * Returns the offset changes past transaction markers, which are offsets without a record; null
     * if no partition has one. Without these changes, records would seem to be missing from a
     * complete database once the segment with the markers is deleted. Must not be called between a
     * poll and the storing of its records, which would be lost if a position cannot be read.
     */
    private @Nullable StoreTransaction markerOffsets(Assignment assigned) {
        lastMarkersNanos = ticker.getAsLong();
        var positions = new HashMap<TopicPartition, Long>();
        long backlog = 0;
        for (TopicPartition name : assigned.partitions().keySet()) {
            positions.put(name, consumer.position(name, KAFKA_WAIT));
            backlog += consumer.currentLag(name).orElse(0);
        }
        meters.onBacklog(backlog);
        List<OffsetChange> offsetChanges = assigned.changesTo(positions);
        return offsetChanges.isEmpty() ? null : new StoreTransaction(List.of(), offsetChanges);
    }

    private void store(Assignment assigned, StoreTransaction transaction) {
        pending = transaction;
        long started = ticker.getAsLong();
        switch (writer.store(transaction)) {
            case WriteOutcome.Done done -> {
                pending = null;
                assigned.onStored(transaction.offsetChanges());
                meters.stored(done.rows(), Duration.ofNanos(ticker.getAsLong() - started));
                onSuccess();
                notifyListener(done.rows());
            }
            case WriteOutcome.Stale stale -> stop(stale.detail());
            case WriteOutcome.Failed failed -> {
                meters.failed();
                onFailure(failed.reason());
            }
        }
    }

    private void notifyListener(List<Row> rows) {
        if (!rows.isEmpty()) {
            listener.onStored(rows.stream().map(StoredOutcome::of).toList());
        }
    }

    /**
     * Checks whether a topic was recreated or has grown. A recreated topic has a new id, but the
     * consumer would continue in it at the old offset.
     */
    private void checkTopics(Assignment assigned) {
        lastLookupNanos = ticker.getAsLong();
        if (lookupTopics() instanceof TopicLookup.Found(var now)
                && !now.equals(assigned.partitions())) {
            LOG.warn("topics were recreated or have grown; assigning partitions again");
            assignment = null;
        }
    }

    private void onSuccess() {
        backoff = Backoff.NONE;
        if (!corrupt.isEmpty()) {
            health =
                    Health.waiting(
                            corrupt.entrySet().stream()
                                    .map(it -> it.getKey() + " is stopped: " + it.getValue())
                                    .collect(Collectors.joining("; ")));
        } else if (!health.ready()) {
            health = Health.ready("storing");
        }
    }

    private void onFailure(KafkaException e) {
        Optional<TopicPartition> partition = CorruptBatch.partition(e, consumer.assignment());
        if (partition.isPresent()) {
            onCorrupt(partition.get(), CorruptBatch.reason(e));
        } else {
            onFailure("Kafka: " + e.getMessage());
        }
    }

    private void onCorrupt(TopicPartition partition, String reason) {
        consumer.pause(Set.of(partition));
        corrupt.put(partition, reason);
        LOG.atError()
                .addKeyValue("partition", partition)
                .log("the partition is stopped: {}", reason);
        onSuccess();
    }

    private void onFailure(DatabaseException e) {
        if (e.kind().isTransient()) {
            onFailure(String.valueOf(e.getMessage()));
        } else {
            stop(String.valueOf(e.getMessage()));
        }
    }

    /** Logs a new problem once, then waits with backoff. */
    private void onFailure(String problem) {
        if (!problem.equals(health.detail())) {
            health = Health.waiting(problem);
            LOG.atWarn().addKeyValue("problem", problem).log("the sink is waiting");
        }
        backoff = backoff.onFailure();
        stop.await(backoff.delay());
    }

    private void stop(String reason) {
        stopped = true;
        health = Health.stopped(reason);
        LOG.atError().addKeyValue("reason", reason).log("the sink stops");
    }

    private void close() {
        writer.close();
        lookup.close();
        consumer.close(CloseOptions.timeout(KAFKA_WAIT));
    }
}
