package dev.millrace.router.streams;

import dev.millrace.contracts.memory.BoundedConsumer;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.ThreadBacklog;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Creates the Kafka clients of the router. Unlike the default supplier, it keeps the consumer of
 * each stream thread, to count the thread's waiting records, and times its commits. It also
 * shortens polls while there is possibly something to commit or to restore. Streams offers none of
 * this.
 */
public final class RouterClientSupplier implements KafkaClientSupplier, ThreadBacklog {
    /**
     * Longest time that records get between two commits, far below the transaction timeout. Streams
     * itself commits that often.
     */
    public static final Duration LONGEST_TIME_FOR_RECORDS = Duration.ofSeconds(2);

    /** Longest poll of changelogs, and so the longest wait of the jobs of a restored store. */
    private static final Duration LONGEST_RESTORE_POLL = Duration.ofMillis(10);

    /** By polling stream thread. Weak, since failed threads are replaced. */
    private final Map<Thread, PacedConsumer> consumers =
            Collections.synchronizedMap(new WeakHashMap<>());

    private final LongSupplier nanoTicker;
    private final Duration commitInterval;
    private final long maxPollBytes;
    private final BooleanSupplier failed;
    private final Set<String> urgent;

    /**
     * Creates a supplier.
     *
     * @param commitInterval time between two commits of a thread with a backlog
     * @param maxPollBytes maximum of the values that a stream thread polls at once; a longer value
     *     is polled alone
     * @param failed returns true once a failure has stopped the router
     * @param urgent names of the topics whose records a caller can wait for
     */
    public RouterClientSupplier(
            LongSupplier nanoTicker,
            Duration commitInterval,
            long maxPollBytes,
            BooleanSupplier failed,
            Set<String> urgent) {
        this.nanoTicker = nanoTicker;
        this.commitInterval = commitInterval;
        this.maxPollBytes = maxPollBytes;
        this.failed = failed;
        this.urgent = Set.copyOf(urgent);
    }

    @Override
    public void onRecord(Origin record) {
        PacedConsumer consumer = consumers.get(Thread.currentThread());
        if (consumer != null) {
            consumer.polled.onRecord(record, nanoTicker.getAsLong());
        }
    }

    @Override
    public long records() {
        PacedConsumer consumer = consumers.get(Thread.currentThread());
        return consumer == null ? 0 : consumer.waiting();
    }

    @Override
    public long polledUrgent() {
        PacedConsumer consumer = consumers.get(Thread.currentThread());
        return consumer == null ? 0 : consumer.polled.waiting(urgent);
    }

    @Override
    public boolean hasTimeToCommit() {
        return commits().havePassed(Duration.ZERO, nanoTicker.getAsLong());
    }

    @Override
    public boolean isCommitDue() {
        return commits().havePassed(commitInterval, nanoTicker.getAsLong());
    }

    /** Returns the commits of the calling thread; empty ones before its first poll. */
    private CommitTimes commits() {
        PacedConsumer consumer = consumers.get(Thread.currentThread());
        return consumer == null ? new CommitTimes() : consumer.commits;
    }

    /** Returns one message for each corrupt partition. Any thread may call it. */
    public List<String> problems() {
        synchronized (consumers) {
            return consumers.values().stream().flatMap(it -> it.corrupt.problems()).toList();
        }
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new TimedProducer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return new PacedConsumer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return new RestoreConsumer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return consumer(config);
    }

    private static Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
        return new KafkaConsumer<>(
                config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * A consumer with short polls. Streams polls changelogs for as long as an idle stream thread
     * polls, and sees only afterwards that a store is restored. An empty changelog ends no poll.
     */
    private static final class RestoreConsumer extends KafkaConsumer<byte[], byte[]> {
        RestoreConsumer(Map<String, Object> config) {
            super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            return super.poll(
                    timeout.compareTo(LONGEST_RESTORE_POLL) < 0 ? timeout : LONGEST_RESTORE_POLL);
        }
    }

    /**
     * A producer that times the commits of the stream thread that uses it.
     *
     * <p>If a commit or abort is not answered in time, it acts as if it was fenced, so that Streams
     * replaces it. Its successor waits until the coordinator has ended the transaction. Streams
     * 4.3.1 instead continues with the producer ({@code TaskManager.handleCorruption} ignores a
     * timeout of its commit, and {@code StreamsProducer.abortTransaction} of its abort). The
     * producer then keeps records which it never sends ({@code KafkaProducer.doSend} appends them
     * before {@code TransactionManager} rejects them), so that {@code flush} waits for ever.
     */
    private final class TimedProducer extends KafkaProducer<byte[], byte[]> {
        private boolean isFenced;

        TimedProducer(Map<String, Object> config) {
            super(config, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public void beginTransaction() {
            requireNotFenced();
            super.beginTransaction();
        }

        @Override
        public Future<RecordMetadata> send(
                ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
            requireNotFenced();
            return super.send(record, callback);
        }

        /** Streams flushes a fenced producer, too, before it closes it. */
        @Override
        public void flush() {
            if (!isFenced) {
                commits().onBegun(nanoTicker.getAsLong());
                super.flush();
            }
        }

        @Override
        public void sendOffsetsToTransaction(
                Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
            commits().onBegun(nanoTicker.getAsLong());
            inTime(() -> super.sendOffsetsToTransaction(offsets, group));
        }

        @Override
        public void commitTransaction() {
            commits().onBegun(nanoTicker.getAsLong());
            inTime(super::commitTransaction);
            commits().onCommitted(nanoTicker.getAsLong());
        }

        @Override
        public void abortTransaction() {
            inTime(super::abortTransaction);
            commits().onAborted();
        }

        /** The records of a fenced producer belong to a transaction that its successor ends. */
        @Override
        public void close(Duration timeout) {
            super.close(isFenced ? Duration.ZERO : timeout);
        }

        private void inTime(Runnable request) {
            requireNotFenced();
            try {
                request.run();
            } catch (TimeoutException e) {
                isFenced = true;
                throw new InvalidProducerEpochException(
                        "the outcome of a transaction is unknown: " + e.getMessage());
            }
        }

        private void requireNotFenced() {
            if (isFenced) {
                throw new InvalidProducerEpochException(
                        "the outcome of an earlier transaction is unknown");
            }
        }
    }

    /** A consumer that registers itself for the stream thread that polls it. */
    private final class PacedConsumer extends BoundedConsumer {
        private final CommitTimes commits = new CommitTimes();
        private final PolledRecords polled = new PolledRecords(nanoTicker.getAsLong());
        private final CorruptPartitions corrupt = new CorruptPartitions();

        PacedConsumer(Map<String, Object> config) {
            super(config, maxPollBytes);
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            consumers.put(Thread.currentThread(), this);
            Set<TopicPartition> assignment = assignment();
            polled.onAssigned(assignment);
            corrupt.onAssigned(assignment);
            try {
                var records = super.poll(polled.pollTimeout(timeout, nanoTicker.getAsLong()));
                polled.onPolled(records);
                return records;
            } catch (KafkaException e) {
                corrupt.onFailedPoll(e, this);
                return ConsumerRecords.empty();
            }
        }

        /**
         * Returns committed offsets, and continues at them in each partition that was polled.
         *
         * <p>Streams calls this method when a task has restored its stores, before the task
         * processes a record. If an earlier task of the partition was closed with polled records,
         * as after a commit that timed out, Streams 4.3.1 resets the position, but forgets to if a
         * rebalance replaces the closed task before it is initialized ({@code
         * TaskManager.handleTasksPendingInitialization}). The records would be skipped.
         */
        @Override
        public Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
            Map<TopicPartition, OffsetAndMetadata> committed = super.committed(partitions);
            for (TopicPartition partition : partitions) {
                if (polled.forget(partition)) {
                    continueAt(partition, committed.get(partition));
                }
            }
            return committed;
        }

        /** Every topic of the router is read from its beginning if no offset is committed. */
        private void continueAt(TopicPartition partition, @Nullable OffsetAndMetadata offset) {
            if (offset == null) {
                seekToBeginning(Set.of(partition));
            } else {
                seek(partition, offset);
            }
        }

        /**
         * Leaves the group if a failure has stopped the router. Streams would stay in it, and the
         * group gives a static member that comes back its last assignment. If that is an error,
         * such as a missing topic, each new router of this name would stop with it, even when the
         * topic exists again.
         */
        @Override
        public void close(CloseOptions options) {
            corrupt.onAssigned(Set.of());
            super.close(
                    failed.getAsBoolean()
                            ? options.withGroupMembershipOperation(
                                    GroupMembershipOperation.LEAVE_GROUP)
                            : options);
        }

        long waiting() {
            return assignment().stream()
                    .mapToLong(it -> polled.waiting(it) + currentLag(it).orElse(0))
                    .sum();
        }
    }
}
