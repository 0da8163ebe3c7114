package dev.millrace.worker.kafka;

import dev.millrace.contracts.kafka.AccessFailure;
import dev.millrace.contracts.memory.BoundedConsumer;
import dev.millrace.contracts.topic.CorruptBatch;
import dev.millrace.worker.port.JobSource;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedAssignorException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The consumer of the job topics, in the group of all workers. Never chooses a position by itself.
 */
public final class KafkaJobSource implements JobSource {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaJobSource.class);

    /**
     * Maximum time that the loop waits to learn whether a commit with unknown outcome was written.
     */
    private static final Duration COMMITTED_WAIT = Duration.ofMillis(500);

    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

    /**
     * Consecutive failed lookups of committed offsets after which the consumer is replaced. The
     * loop repeats a lookup every few seconds, and only while transactions are possible again.
     */
    static final int MAX_UNKNOWN = 30;

    /** Number of consecutive failed lookups that cause a warning. */
    private static final int MANY_UNKNOWN = 5;

    /** Position of a paused partition until the loop sets another one. */
    private static final long PLACEHOLDER = 0;

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final boolean isClassic;
    private final Set<TopicPartition> outOfRange = new HashSet<>();

    /**
     * The current consumer. Replaced only after the membership of the previous consumer has ended
     * for good, or ends.
     */
    private volatile Consumer<byte[], byte[]> consumer;

    private @Nullable Subscription subscription;
    private @Nullable Rebalances rebalances;

    /**
     * True if the client can have left the group, as it does after some errors. No later call
     * disproves this, so the flag stays set while partitions are assigned. An unneeded rejoin costs
     * nothing, because no partition is assigned at that time.
     */
    private boolean mayHaveLeftGroup;

    /** Lookups of committed offsets that have failed in a row. */
    private int unknown;

    /** Exception that a listener has thrown inside a call of the client. */
    private @Nullable RuntimeException fault;

    private record Subscription(Set<String> topics, Listener listener) {}

    public KafkaJobSource(ClientSettings settings) {
        this(
                () -> new BoundedConsumer(settings.consumer(), settings.fetchBytes()),
                settings.isClassic());
    }

    /**
     * Creates a source.
     *
     * @param consumers creates a consumer with each call
     * @param isClassic true if the group uses the protocol before KIP-848
     */
    KafkaJobSource(Supplier<Consumer<byte[], byte[]>> consumers, boolean isClassic) {
        this.consumers = consumers;
        this.isClassic = isClassic;
        this.consumer = consumers.get();
    }

    @Override
    public void subscribe(Collection<String> topics, Listener listener) {
        subscription = new Subscription(Set.copyOf(topics), listener);
        rebalances = new Rebalances(listener);
        consumer.subscribe(topics, rebalances);
    }

    private Listener listener() {
        return Objects.requireNonNull(subscription, "subscribed").listener();
    }

    /**
     * {@inheritDoc}
     *
     * <p>An exception never loses a record: the client throws only when it has no records to
     * return, and keeps its positions. Every poll throws the exception again until the cause is
     * removed.
     */
    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration wait) {
        try {
            if (mayHaveLeftGroup && consumer.assignment().isEmpty()) {
                joinAgain();
            } else if (unknown >= MAX_UNKNOWN) {
                leaveAndJoinAgain();
            }
            return consumer.poll(wait);
        } catch (WakeupException e) {
            return ConsumerRecords.empty();
        } catch (OffsetOutOfRangeException e) {
            e.offsetOutOfRangePartitions().forEach(this::onOutOfRange);
            return ConsumerRecords.empty();
        } catch (NoOffsetForPartitionException e) {
            // The position was requested between assignment and seek; the partition now has one.
            return ConsumerRecords.empty();
        } catch (InterruptException
                | UnsupportedVersionException
                | UnsupportedAssignorException
                | FencedInstanceIdException e) {
            throw e;
        } catch (KafkaException e) {
            onFailed(e);
            return ConsumerRecords.empty();
        }
    }

    private void onFailed(KafkaException e) {
        if (fault != null) {
            throw fault;
        }
        Optional<TopicPartition> corrupt = CorruptBatch.partition(e, consumer.assignment());
        if (corrupt.isPresent()) {
            consumer.pause(Set.of(corrupt.get()));
            listener().onCorrupt(corrupt.get(), CorruptBatch.reason(e));
        } else {
            boolean someTopicsOnly = e instanceof TopicAuthorizationException;
            mayHaveLeftGroup |= !someTopicsOnly && !isClassic;
            String reason =
                    AccessFailure.explain(e)
                            .orElseGet(() -> e.getClass().getSimpleName() + ": " + e.getMessage());
            listener().onFailed(reason, someTopicsOnly);
        }
    }

    /**
     * Replaces the consumer. In the protocol of KIP-848, a client whose login or group access was
     * rejected once sends no further heartbeat. It loses its partitions, and every further poll is
     * empty.
     */
    private void joinAgain() {
        unknown = 0;
        var old = consumer;
        var joined = Objects.requireNonNull(subscription, "subscribed");
        var fresh = consumers.get();
        Objects.requireNonNull(rebalances, "subscribed").isOver = true;
        rebalances = new Rebalances(joined.listener());
        fresh.subscribe(joined.topics(), rebalances);
        consumer = fresh;
        mayHaveLeftGroup = false;
        try {
            old.close(CloseOptions.timeout(Duration.ZERO));
        } catch (KafkaException e) {
            LOG.atDebug().log(
                    "a consumer that was refused could not be closed cleanly: {}", e.getMessage());
        }
    }

    /**
     * Leaves all partitions, as a restart of the worker would. A client whose lookups of committed
     * offsets keep failing can neither resolve a doubt nor be repaired (KAFKA-20765 is one such
     * fault).
     */
    private void leaveAndJoinAgain() {
        var lost = Set.copyOf(consumer.assignment());
        LOG.atWarn()
                .addKeyValue("partitions", lost.size())
                .log(
                        "committed offsets cannot be read; the worker leaves the group and joins again");
        listener().onLost(lost);
        joinAgain();
    }

    private void onOutOfRange(TopicPartition partition, long position) {
        if (!consumer.assignment().contains(partition)) {
            return;
        }
        consumer.pause(Set.of(partition));
        // After a truncation the client would throw at every poll, even for paused partitions.
        // A new position needs no validation.
        consumer.seek(partition, position);
        // The response to an earlier request can report this position again.
        if (outOfRange.add(partition)) {
            listener().onOutOfRange(partition, position);
        }
    }

    @Override
    public Optional<Map<TopicPartition, OffsetAndMetadata>> committed(
            Set<TopicPartition> partitions) {
        try {
            var committed = new HashMap<TopicPartition, OffsetAndMetadata>();
            consumer.committed(partitions, COMMITTED_WAIT)
                    .forEach(
                            (partition, offset) -> {
                                if (Objects.nonNull(offset)) {
                                    committed.put(partition, offset);
                                }
                            });
            unknown = 0;
            return Optional.of(committed);
        } catch (InterruptException | UnsupportedVersionException e) {
            throw e;
        } catch (AuthenticationException | AuthorizationException e) {
            onFailed(e);
            return Optional.empty();
        } catch (KafkaException e) {
            // Temporary, for example for a fenced member, which rejoins the group by itself.
            unknown++;
            LOG.atLevel(unknown == MANY_UNKNOWN ? Level.WARN : Level.INFO)
                    .log("committed offsets cannot be read yet: {}", e.toString());
            return Optional.empty();
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>The client learns the end of a partition from its fetches, and fetches no paused one. With
     * a wait of zero it only requests the ends, and knows them at the next call.
     */
    @Override
    public Map<TopicPartition, Long> unread(Set<TopicPartition> partitions) {
        var assigned = new HashSet<>(partitions);
        assigned.retainAll(consumer.assignment());
        var unread = new HashMap<TopicPartition, Long>();
        try {
            consumer.endOffsets(assigned, Duration.ZERO);
            for (TopicPartition partition : assigned) {
                consumer.currentLag(partition).ifPresent(it -> unread.put(partition, it));
            }
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            // For example a rejected login, which the next poll reports.
            LOG.debug("the number of unread records is unknown: {}", e.toString());
        }
        return unread;
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        outOfRange.remove(partition);
        consumer.seek(partition, offset);
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        consumer.pause(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        consumer.resume(partitions);
    }

    @Override
    public ConsumerGroupMetadata groupMetadata() {
        return consumer.groupMetadata();
    }

    @Override
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(CLOSE_WAIT));
    }

    /** Receives rebalances from the client during a poll or close. Ignores a replaced client. */
    private final class Rebalances implements ConsumerRebalanceListener {
        private final Listener loop;

        /** True when the client was replaced. */
        private boolean isOver;

        Rebalances(Listener loop) {
            this.loop = loop;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (isOver) {
                return;
            }
            consumer.pause(partitions);
            // Otherwise the client looks up a position even for paused partitions, and throws if
            // nothing is committed.
            for (TopicPartition partition : partitions) {
                seek(partition, PLACEHOLDER);
            }
            call(() -> loop.onAssigned(partitions));
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            call(() -> loop.onRevoked(partitions));
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            call(() -> loop.onLost(partitions));
        }

        /**
         * Calls the listener. Keeps its exception, because the client wraps it into another one.
         */
        private void call(Runnable event) {
            if (isOver) {
                return;
            }
            try {
                event.run();
            } catch (RuntimeException e) {
                fault = e;
                throw e;
            }
        }
    }
}
