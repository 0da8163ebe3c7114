package dev.millrace.sink;

import dev.millrace.contracts.kafka.AccessFailure;
import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.topic.CorruptBatch;
import dev.millrace.sink.kafka.RowConverter;
import dev.millrace.sink.kafka.TopicLookup;
import dev.millrace.sink.partition.Assignment;
import dev.millrace.sink.partition.GroupRefusal;
import dev.millrace.sink.partition.PartitionSource;
import dev.millrace.sink.partition.StartOffsets;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.database.WriteOutcome;
import dev.millrace.store.row.OffsetChange;
import dev.millrace.store.row.PartitionId;
import dev.millrace.store.row.Row;
import dev.millrace.store.row.StoreTransaction;
import java.time.Duration;
import java.util.HashMap;
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
 *   starting ──topics found, offsets read──► reading ──offset gone, topic replaced──► starting
 *      │                                        │
 *      │                                        ├──another writer, partitions shared──► starting
 *      └──database unusable─────────────────────┴──another writer──► stopped
 * </pre>
 *
 * A failed transaction stays pending. Nothing else is read until the transaction is stored, or
 * until another sink turns out to have its partitions. A corrupt batch stops its partition until
 * the partition is started again. Records that were deleted before they were stored stop their
 * partition until an operator decides. Other partitions continue.
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

    /** Longest wait for leaving the group, so that other sinks have the partitions at once. */
    private static final Duration LEAVE_WAIT = Duration.ofSeconds(1);

    /** Interval between checks whether a topic was recreated or has grown. */
    private static final long LOOKUP_NANOS = Duration.ofSeconds(30).toNanos();

    /** Interval at which offsets advance over transaction markers. */
    private static final long MARKERS_NANOS = Duration.ofSeconds(5).toNanos();

    private static final Health STORING = Health.ready("storing");

    /** There are more sinks than partitions, or the group has not assigned partitions yet. */
    private static final Health STANDBY = Health.ready("no partitions are assigned");

    private final Consumer<byte[], byte[]> consumer;
    private final PartitionSource source;
    private final Assignment assignment;
    private final TopicLookup lookup;
    private final DatabaseWriter writer;
    private final RowConverter converter;
    private final SinkListener listener;
    private final SinkMeters meters;
    private final RetentionSchedule retention;
    private final StopSignal stop;
    private final LongSupplier ticker;

    private final LossLog lossLog = new LossLog();

    private @Nullable StoreTransaction pending;
    private Backoff backoff = Backoff.NONE;
    private boolean stopped;
    private long lastLookupNanos;
    private long lastMarkersNanos;

    /** Written by the loop's thread, read by any. */
    private volatile Health health = Health.waiting("starting");

    /** The dependencies of the loop, which closes the consumer, the lookup and the writer. */
    record Parts(
            Consumer<byte[], byte[]> consumer,
            PartitionSource source,
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
        this.source = parts.source;
        this.assignment = parts.source.assignment();
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
     * Stores the offsets after the last transaction markers, because the segment of the markers can
     * be deleted before the next start.
     */
    private void storeFinalOffsets() {
        if (pending == null) {
            try {
                StoreTransaction last = markerOffsets();
                if (last != null) {
                    store(last);
                }
            } catch (KafkaException e) {
                LOG.atDebug()
                        .addKeyValue("problem", e.getMessage())
                        .log("the last transaction markers were not stored");
            }
        }
        health = Health.stopped("closed");
    }

    /** Performs one step: starts partitions if necessary, otherwise reads and stores records. */
    void runOnce() {
        try {
            if (pending == null && source.needsStart()) {
                start();
            } else {
                readAndStore();
            }
        } catch (WakeupException e) {
            LOG.debug("woken up by close");
        } catch (InvalidOffsetException e) {
            LOG.atWarn().addKeyValue("problem", e.getMessage()).log("an offset no longer exists");
            source.restart(e.partitions());
            onFailure("an offset no longer exists: " + e.getMessage());
        } catch (KafkaException e) {
            onFailure(e);
        } catch (DatabaseException e) {
            onFailure(e);
        }
    }

    private void start() throws DatabaseException {
        switch (lookupTopics()) {
            case TopicLookup.Unavailable unavailable -> onFailure(unavailable.reason());
            case TopicLookup.Found found -> start(source.toStart(found.partitions()));
        }
    }

    private TopicLookup.Result lookupTopics() {
        return lookup.lookup(converter.topicNames(), converter.optionalTopicNames());
    }

    private void start(Map<TopicPartition, PartitionId> partitions) throws DatabaseException {
        if (partitions.isEmpty()) {
            // The group assigns partitions within polls, and revokes the partitions of a deleted
            // topic.
            readAndStore();
            return;
        }
        switch (StartOffsets.of(partitions, consumer, writer)) {
            case StartOffsets.Found it -> {
                source.start(partitions, it);
                lossLog.onStarted(partitions.keySet(), it.losses());
                onStarted(it.offsets().size());
            }
            case StartOffsets.Stale it -> onStale(it.reason());
        }
    }

    private void onStarted(int partitions) {
        lastLookupNanos = ticker.getAsLong();
        lastMarkersNanos = lastLookupNanos;
        if (partitions > 0) {
            LOG.atInfo()
                    .addKeyValue("partitions", partitions)
                    .log("the sink started reading partitions");
        }
        onSuccess();
    }

    private void readAndStore() {
        StoreTransaction transaction = pending;
        if (transaction == null) {
            transaction = read();
        }
        if (transaction != null) {
            store(transaction);
        }
        if (pending == null) {
            retention.deleteIfDue();
        }
        if (pending == null && ticker.getAsLong() - lastLookupNanos >= LOOKUP_NANOS) {
            checkTopics();
        }
    }

    private @Nullable StoreTransaction read() {
        if (ticker.getAsLong() - lastMarkersNanos >= MARKERS_NANOS) {
            StoreTransaction markers = markerOffsets();
            if (markers != null) {
                return markers;
            }
        }
        boolean isShort = retention.hasMore() || assignment.isEmpty();
        ConsumerRecords<byte[], byte[]> records =
                consumer.poll(isShort ? SHORT_POLL_WAIT : POLL_WAIT);
        if (!records.isEmpty()) {
            return assignment.transactionOf(records, converter);
        }
        onSuccess();
        return null;
    }

    /**
     * Returns the offset changes past transaction markers, which are offsets without a record; null
     * if no partition has one. Without these changes, a complete database would seem to lack
     * records once the segment with the markers is deleted. Must not be called between a poll and
     * the storing of its records, which would be lost if a position cannot be read.
     */
    private @Nullable StoreTransaction markerOffsets() {
        lastMarkersNanos = ticker.getAsLong();
        var positions = new HashMap<TopicPartition, Long>();
        long backlog = 0;
        for (TopicPartition name : assignment.partitions().keySet()) {
            positions.put(name, consumer.position(name, KAFKA_WAIT));
            backlog += consumer.currentLag(name).orElse(0);
        }
        meters.onBacklog(backlog);
        List<OffsetChange> offsetChanges = assignment.changesTo(positions);
        return offsetChanges.isEmpty() ? null : new StoreTransaction(List.of(), offsetChanges);
    }

    private void store(StoreTransaction transaction) {
        pending = transaction;
        long started = ticker.getAsLong();
        switch (writer.store(transaction)) {
            case WriteOutcome.Done done -> {
                pending = null;
                assignment.onStored(transaction.offsetChanges());
                meters.stored(done.rows(), Duration.ofNanos(ticker.getAsLong() - started));
                onSuccess();
                notifyListener(done.rows());
            }
            case WriteOutcome.Stale stale -> {
                pending = null;
                source.restart(Assignment.partitionsOf(transaction));
                onStale(stale.detail());
            }
            case WriteOutcome.Failed failed -> {
                meters.failed();
                onFailure(failed.reason());
            }
        }
    }

    /**
     * Waits if another sink possibly has the partitions now. The next poll or start shows which
     * sink has them.
     */
    private void onStale(String reason) {
        if (source.isShared()) {
            onFailure(reason);
        } else {
            stop(reason);
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
    private void checkTopics() {
        lastLookupNanos = ticker.getAsLong();
        if (lookupTopics() instanceof TopicLookup.Found(var found)
                && source.restartChanged(found)) {
            LOG.warn("topics were recreated or have grown; starting their partitions again");
        } else if (!assignment.lost().isEmpty()) {
            // An operator has possibly decided.
            source.restart(assignment.lost());
        }
    }

    private void onSuccess() {
        backoff = Backoff.NONE;
        meters.onStopped(assignment.stopped().size());
        if (!assignment.stopped().isEmpty()) {
            health =
                    Health.waiting(
                            assignment.stopped().entrySet().stream()
                                    .map(it -> it.getKey() + " is stopped: " + it.getValue())
                                    .collect(Collectors.joining("; ")));
        } else if (assignment.isEmpty()) {
            health = STANDBY;
        } else {
            health = STORING;
        }
    }

    private void onFailure(KafkaException e) {
        Optional<TopicPartition> partition = CorruptBatch.partition(e, consumer.assignment());
        if (partition.isPresent()) {
            onCorrupt(partition.get(), CorruptBatch.reason(e));
        } else if (source.isShared() && GroupRefusal.isFinal(e)) {
            stop(
                    "Kafka refuses the sink's consumer group: "
                            + AccessFailure.explain(e).orElse(String.valueOf(e.getMessage())));
        } else {
            onFailure("Kafka: " + AccessFailure.explain(e).orElse(String.valueOf(e.getMessage())));
        }
    }

    private void onCorrupt(TopicPartition partition, String reason) {
        consumer.pause(Set.of(partition));
        assignment.onCorrupt(partition, reason);
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
        consumer.close(CloseOptions.timeout(source.isShared() ? LEAVE_WAIT : KAFKA_WAIT));
    }
}
