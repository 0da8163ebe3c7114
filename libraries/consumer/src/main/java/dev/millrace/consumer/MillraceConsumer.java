package dev.millrace.consumer;

import dev.millrace.contracts.output.CommittedConsumer;
import dev.millrace.contracts.output.OutputParser;
import dev.millrace.contracts.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the committed records of the pipeline's output topics, each with its type, in the order of
 * each partition. Never returns records of aborted or open transactions.
 *
 * <p>Either the caller or Kafka keeps the positions. A caller that stores the positions together
 * with the effects of the records has each effect exactly once ({@link #at}). With positions kept
 * by Kafka, a consumer group sees each record at least once ({@link #ofGroup}).
 *
 * <p>Holds at most two fetches in memory, whose size the settings limit. Used by one thread, except
 * {@link #wakeup}.
 */
public final class MillraceConsumer implements AutoCloseable {
    private static final String CLIENT_ID = "millrace-consumer";

    private final Consumer<byte[], byte[]> kafka;
    private final OutputParser parser;
    private final @Nullable GroupProgress group;

    MillraceConsumer(Consumer<byte[], byte[]> kafka, String prefix, @Nullable GroupProgress group) {
        this.kafka = kafka;
        this.parser = new OutputParser(new Topics(prefix));
        this.group = group;
    }

    /**
     * Creates a consumer of all partitions of the topics, starting at positions that the caller has
     * stored. Blocks until the cluster answers.
     *
     * @param positions where to continue in each partition; the settings decide where a partition
     *     without a position starts
     * @throws PositionException if a partition cannot be read from its position, or has no position
     *     and the settings refuse such a start
     * @throws IllegalStateException if a topic does not exist
     * @throws InterruptedException if the thread is interrupted
     * @throws org.apache.kafka.common.KafkaException if the cluster cannot be reached or refuses
     *     the client
     */
    public static MillraceConsumer at(ConsumerSettings settings, Collection<Position> positions)
            throws InterruptedException {
        Consumer<byte[], byte[]> kafka = open(settings, Optional.empty());
        return closedOnFailure(
                kafka,
                () -> {
                    Map<TopicPartition, Long> start =
                            new StartPositions(kafka, settings.firstStart())
                                    .of(settings.topicNames(), positions);
                    kafka.assign(start.keySet());
                    start.forEach(kafka::seek);
                    return new MillraceConsumer(kafka, settings.prefix(), null);
                });
    }

    /**
     * Creates a member of a consumer group, which shares the partitions of the topics with the
     * other members. Blocks until the cluster answers; the first polls join the group.
     *
     * @param group id of the group, not blank
     * @throws IllegalStateException if a topic does not exist
     * @throws InterruptedException if the thread is interrupted
     * @throws org.apache.kafka.common.KafkaException if the cluster cannot be reached or refuses
     *     the client
     */
    public static MillraceConsumer ofGroup(ConsumerSettings settings, String group)
            throws InterruptedException {
        if (group.isBlank()) {
            throw new IllegalArgumentException("a group must have an id");
        }
        Consumer<byte[], byte[]> kafka = open(settings, Optional.of(group));
        return closedOnFailure(
                kafka,
                () -> {
                    var unused = StartPositions.partitions(kafka, settings.topicNames());
                    var progress = new GroupProgress(kafka, settings.firstStart());
                    kafka.subscribe(settings.topicNames(), progress);
                    return new MillraceConsumer(kafka, settings.prefix(), progress);
                });
    }

    private static Consumer<byte[], byte[]> open(
            ConsumerSettings settings, Optional<String> group) {
        return CommittedConsumer.open(settings.kafka(), CLIENT_ID, settings.heap(), group);
    }

    private static MillraceConsumer closedOnFailure(
            Consumer<byte[], byte[]> kafka, Supplier<MillraceConsumer> start)
            throws InterruptedException {
        try {
            return start.get();
        } catch (InterruptException e) {
            InterruptedException interrupted = interrupted(e);
            kafka.close();
            throw interrupted;
        } catch (RuntimeException e) {
            kafka.close();
            throw e;
        }
    }

    /**
     * Returns the next records, by default at most a thousand, in the order of each partition. A
     * record that cannot be read is returned too, as {@link
     * dev.millrace.contracts.output.Output.Unreadable}.
     *
     * <p>A member of a group must poll again within {@code max.poll.interval.ms}, 5 minutes by
     * default; otherwise its partitions go to other members.
     *
     * @param timeout how long to wait for the first record
     * @return an empty list after the timeout, or after a {@link #wakeup}
     * @throws PositionException if records were deleted before they were read, or a partition has
     *     no position and the settings refuse that
     * @throws InterruptedException if the thread is interrupted; no record is lost
     * @throws org.apache.kafka.common.KafkaException if the cluster refuses the client
     */
    public List<Received> poll(Duration timeout) throws InterruptedException {
        return received(timeout, record -> true);
    }

    /**
     * Returns the next records like {@link #poll(Duration)}, but skips records whose key is not
     * wanted, without reading their values. Skipped records count as polled.
     *
     * @param wanted decides by the key, which is the job id, in ASCII, in results and cost events.
     *     Records without a key are skipped
     */
    public List<Received> poll(Duration timeout, Predicate<byte[]> wanted)
            throws InterruptedException {
        return received(timeout, record -> record.key() != null && wanted.test(record.key()));
    }

    private List<Received> received(
            Duration timeout, Predicate<ConsumerRecord<byte[], byte[]>> wanted)
            throws InterruptedException {
        try {
            if (group != null) {
                group.startWaiting();
            }
            ConsumerRecords<byte[], byte[]> records = kafka.poll(timeout);
            if (group != null) {
                group.onPolled(records);
            }
            var received = new ArrayList<Received>();
            for (ConsumerRecord<byte[], byte[]> record : records) {
                if (wanted.test(record)) {
                    received.add(received(record));
                }
            }
            return received;
        } catch (WakeupException e) {
            return List.of();
        } catch (InterruptException e) {
            throw interrupted(e);
        } catch (OffsetOutOfRangeException e) {
            throw new PositionException(outOfRange(e.offsetOutOfRangePartitions()));
        }
    }

    private Received received(ConsumerRecord<byte[], byte[]> record) {
        return new Received(
                record.topic(),
                record.partition(),
                record.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                parser.parse(record));
    }

    private String outOfRange(Map<TopicPartition, Long> positions) {
        TopicPartition partition =
                positions.keySet().stream().min(PositionMessages.ORDER).orElseThrow();
        Set<TopicPartition> one = Set.of(partition);
        return PositionMessages.outOfRange(
                        partition,
                        positions.getOrDefault(partition, 0L),
                        kafka.beginningOffsets(one).getOrDefault(partition, 0L),
                        kafka.endOffsets(one).getOrDefault(partition, 0L))
                + (group == null
                        ? ". Open a consumer with another position for it, or none"
                        : ". Set the group's offset with kafka-consumer-groups.sh");
    }

    /**
     * Commits all polled records to the group, so that no member sees them again. Call it once the
     * effects of the polled records are stored.
     *
     * @return false if this member has lost partitions since the poll, or the group is moving
     *     partitions; uncommitted records are delivered again, here or to another member
     * @throws IllegalStateException if the caller keeps the positions
     * @throws InterruptedException if the thread is interrupted; the commit has possibly happened
     * @throws org.apache.kafka.common.KafkaException if the cluster refuses the commit
     */
    public boolean commit() throws InterruptedException {
        if (group == null) {
            throw new IllegalStateException(
                    "this consumer is in no group: its caller keeps the positions");
        }
        try {
            commit(group.uncommitted());
            group.onCommitted();
            return true;
        } catch (CommitFailedException | RebalanceInProgressException e) {
            return false;
        } catch (InterruptException e) {
            throw interrupted(e);
        }
    }

    private void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        boolean isWoken = false;
        while (!offsets.isEmpty()) {
            try {
                kafka.commitSync(offsets);
                break;
            } catch (WakeupException e) {
                isWoken = true;
            }
        }
        if (isWoken) {
            // The wakeup was meant for a poll, but has ended a commit.
            kafka.wakeup();
        }
    }

    /** Takes the interruption from the thread, as the standard library does. */
    private static InterruptedException interrupted(InterruptException cause) {
        boolean unused = Thread.interrupted();
        var interrupted = new InterruptedException(cause.getMessage());
        interrupted.initCause(cause);
        return interrupted;
    }

    /**
     * Returns the next position in each partition that has a position. A caller that keeps the
     * positions can store them before the first record, so that a first start at {@link
     * FirstStart#LATEST} happens only once.
     */
    public Set<Position> positions() {
        var positions = new HashSet<Position>();
        for (TopicPartition partition : kafka.assignment()) {
            if (group == null || group.isStarted(partition)) {
                long offset = kafka.position(partition);
                positions.add(new Position(partition.topic(), partition.partition(), offset));
            }
        }
        return positions;
    }

    /** Lets the current poll, or else the next one, return at once. Safe for any thread. */
    public void wakeup() {
        kafka.wakeup();
    }

    /**
     * Leaves the group and closes the connections. Commits nothing. Waits for the cluster for at
     * most 30 s, or less if the thread is interrupted.
     */
    @Override
    public void close() {
        try {
            kafka.close();
        } catch (InterruptException e) {
            // Closed nevertheless; the thread stays interrupted.
            Thread.currentThread().interrupt();
        }
    }
}
