package dev.millrace.gateway.job;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.configuration.TopicsConfig;
import dev.millrace.contracts.kafka.AccessFailure;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.output.CommittedConsumer;
import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.StoppableThread;
import dev.millrace.contracts.topic.KeyPartitions;
import dev.millrace.contracts.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the partitions of the results topic in which awaited results arrive, on a dedicated thread.
 * Reads only committed records, and passes on a record only if its key is awaited.
 *
 * <p>Positions a partition at its end before a job is published whose result arrives there, so that
 * no result is missed.
 */
final class ResultReader {
    private static final Logger LOG = LoggerFactory.getLogger(ResultReader.class);

    /** Home partitions: a second one, in case a transaction stays open in the first. */
    private static final int HOMES = 2;

    /**
     * Longest wait of a fetch at the broker. A partition added during a fetch is read only after
     * the fetch.
     */
    private static final int FETCH_WAIT_MILLIS = 100;

    /**
     * A topic with at most this many partitions is read as a whole. So no partition is added, and
     * fetches may wait longer, which saves an idle gateway most of its processor time.
     */
    private static final int READ_AS_A_WHOLE = 4;

    private static final int WHOLE_FETCH_WAIT_MILLIS = 2_000;

    private static final Duration POLL_WAIT = Duration.ofMillis(500);
    private static final Duration POSITION_WAIT = Duration.ofMillis(50);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** The receiver of results. */
    interface Receiver {
        /** Returns true if the result of a job is awaited. */
        boolean awaits(String jobId);

        /** Receives the line of a result. */
        void onResult(String jobId, byte[] line);
    }

    private final String topic;
    private final KeyPartitions keys;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final IntFunction<Set<Integer>> homes;
    private final Receiver receiver;
    private final ReadPartitions partitions;
    private final StoppableThread thread;

    /** Assigned partitions without a known position. Belongs to the thread. */
    private final Set<TopicPartition> unpositioned = new HashSet<>();

    /** Created and closed by the thread; other threads only call {@code wakeup}. */
    private volatile @Nullable Consumer<byte[], byte[]> consumer;

    private volatile long lag;
    private volatile Health health = Health.waiting("is connecting to Kafka");

    /**
     * Creates a reader of the results topic, which has not started.
     *
     * @param random chooses the partitions that are always read; need not be thread-safe
     */
    static ResultReader of(
            TopicsConfig topics,
            Map<String, ?> kafka,
            HeapShare heap,
            RandomGenerator random,
            Receiver receiver,
            LongSupplier nanoTicker) {
        int fetchWaitMillis =
                topics.partitions() <= READ_AS_A_WHOLE
                        ? WHOLE_FETCH_WAIT_MILLIS
                        : FETCH_WAIT_MILLIS;
        return new ResultReader(
                new Topics(topics.prefix()).results(),
                topics.keyPartitions(),
                () -> consumer(kafka, heap, fetchWaitMillis),
                partitions -> chooseHomes(partitions, random),
                receiver,
                nanoTicker);
    }

    private static Consumer<byte[], byte[]> consumer(
            Map<String, ?> kafka, HeapShare heap, int fetchWaitMillis) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, fetchWaitMillis);
        properties.putAll(kafka);
        return CommittedConsumer.open(
                properties, "millrace-gateway-results", heap, Optional.empty());
    }

    private static Set<Integer> chooseHomes(int partitions, RandomGenerator random) {
        var homes = new TreeSet<Integer>();
        while (homes.size() < Math.min(HOMES, partitions)) {
            synchronized (random) {
                homes.add(random.nextInt(partitions));
            }
        }
        return homes;
    }

    /**
     * @param keys selects the partitions of results
     * @param consumers creates consumers that read committed records and reset no offsets
     * @param homes chooses the partitions that are always read, given the number of partitions
     */
    private ResultReader(
            String topic,
            KeyPartitions keys,
            Supplier<Consumer<byte[], byte[]>> consumers,
            IntFunction<Set<Integer>> homes,
            Receiver receiver,
            LongSupplier nanoTicker) {
        this.topic = topic;
        this.keys = keys;
        this.consumers = consumers;
        this.homes = homes;
        this.receiver = receiver;
        partitions = new ReadPartitions(nanoTicker);
        thread = StoppableThread.of("millrace-gateway-results", this::run);
    }

    /** Starts the thread. */
    void start() {
        thread.start();
    }

    /** Returns whether results are read, and otherwise why not. */
    Health health() {
        return health;
    }

    /** Returns the number of records of the read partitions that were not read at the last look. */
    long lag() {
        return lag;
    }

    /** Returns the number of partitions that have results; empty until it is known. */
    Optional<Integer> count() {
        return partitions.count();
    }

    /** Returns the partitions that are always read and have a position. */
    Set<Integer> homes() {
        return partitions.readyHomes();
    }

    /**
     * Requires that a partition is read, until the partition is released as often as it was
     * required.
     *
     * @return completes when the partition has a position
     */
    CompletableFuture<Void> require(int partition) {
        var positioned = partitions.require(partition);
        wakeUp();
        return positioned;
    }

    /** Ends one requirement of a partition. */
    void release(int partition) {
        partitions.release(partition);
    }

    private void wakeUp() {
        var current = consumer;
        if (current != null) {
            current.wakeup();
        }
    }

    private void run() {
        try {
            while (thread.isOpen()) {
                runOnce();
            }
            health = Health.stopped("closed");
        } catch (RuntimeException | Error e) {
            health = Health.stopped("results are no longer read: " + e);
            LOG.atError().setCause(e).log("Results are no longer read because of a fault");
        } finally {
            closeConsumer();
        }
    }

    private void runOnce() {
        try {
            var current = consumer;
            if (current == null) {
                current = open();
            }
            assign(current);
            position(current);
            for (var record : current.poll(POLL_WAIT)) {
                receive(record);
            }
            lag = lag(current);
            health = unpositioned.isEmpty() ? reading(current) : Health.waiting(noPosition());
        } catch (WakeupException e) {
            // A partition was added, or close() was called.
        } catch (OffsetOutOfRangeException e) {
            onLostPosition(e);
        } catch (KafkaException e) {
            onFailure(e);
        }
    }

    private Consumer<byte[], byte[]> open() {
        var created = consumers.get();
        consumer = created;
        unpositioned.clear();
        return created;
    }

    /** Reads the number of partitions if necessary, and assigns the required ones. */
    private void assign(Consumer<byte[], byte[]> current) {
        if (partitions.count().isEmpty()) {
            List<?> found = current.partitionsFor(topic);
            if (found == null || found.isEmpty()) {
                throw new KafkaException("the topic " + topic + " does not exist");
            }
            int count = keys.count(found.size());
            partitions.onCount(count, homes.apply(count), count <= READ_AS_A_WHOLE);
        }
        var wanted = new HashSet<TopicPartition>();
        partitions.wanted().forEach(it -> wanted.add(new TopicPartition(topic, it)));
        Set<TopicPartition> before = current.assignment();
        if (wanted.equals(before)) {
            return;
        }
        var added = new HashSet<>(wanted);
        added.removeAll(before);
        current.assign(wanted);
        current.seekToEnd(added);
        unpositioned.addAll(added);
        unpositioned.retainAll(wanted);
    }

    /** Waits briefly for the positions of new partitions. */
    private void position(Consumer<byte[], byte[]> current) {
        for (TopicPartition each : new ArrayList<>(unpositioned)) {
            try {
                current.position(each, POSITION_WAIT);
                unpositioned.remove(each);
                partitions.onPositioned(each.partition());
            } catch (TimeoutException e) {
                // The partition's broker does not answer; reading continues with the other
                // partitions.
            }
        }
    }

    private static long lag(Consumer<byte[], byte[]> current) {
        return current.assignment().stream()
                .mapToLong(it -> current.currentLag(it).orElse(0))
                .sum();
    }

    private static Health reading(Consumer<byte[], byte[]> current) {
        var numbers =
                current.assignment().stream().map(TopicPartition::partition).sorted().toList();
        return Health.ready("reads the results of partitions " + numbers);
    }

    private String noPosition() {
        return "the brokers of " + unpositioned + " do not answer";
    }

    private void receive(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null || record.value() == null) {
            return;
        }
        String jobId = new String(record.key(), ISO_8859_1);
        if (receiver.awaits(jobId)) {
            receiver.onResult(jobId, record.value());
        }
    }

    /**
     * Reads a partition again from its first record, because its log was truncated or recreated.
     * Skips results that are not awaited.
     */
    private void onLostPosition(OffsetOutOfRangeException lost) {
        LOG.atWarn()
                .addKeyValue("partitions", lost.partitions())
                .log("Results are read again from the first, since the position is gone");
        var current = consumer;
        if (current != null) {
            current.seekToBeginning(lost.partitions());
        }
    }

    /**
     * Waits before the next try. Closes the consumer only until the number of partitions is known;
     * afterwards, the partitions keep their positions.
     */
    private void onFailure(KafkaException failure) {
        String problem =
                AccessFailure.explain(failure)
                        .orElseGet(() -> String.valueOf(failure.getMessage()));
        if (health.ready()) {
            LOG.atWarn().addKeyValue("problem", problem).log("Results cannot be read");
        }
        health = Health.waiting("results cannot be read: " + problem);
        if (partitions.count().isEmpty()) {
            closeConsumer();
        }
        var _ = thread.pause(RETRY);
    }

    private void closeConsumer() {
        var current = consumer;
        consumer = null;
        if (current != null) {
            // The consumer has no group to leave, and a fetch is possibly waiting at the broker.
            current.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    /** Ends the thread and waits for its end. */
    void close() {
        thread.stop();
        wakeUp();
        thread.close();
    }
}
