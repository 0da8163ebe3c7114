package dev.millrace.contracts.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.contracts.topic.UnknownTopicRetry;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the committed records of the control topic from its beginning. Of one thread.
 *
 * <p>One that fails is read no further: where it stood may be there no more, when the topic was
 * made anew or its end was lost. What holds then is what another reader finds from the beginning.
 */
final class ControlReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlReader.class);

    /** A poll ends as soon as a record comes; a shorter one only makes an idle service busy. */
    private static final Duration POLL_WAIT = Duration.ofSeconds(1);

    /** Longer than an open transaction can hide what comes after it. */
    private static final int MAX_EMPTY_POLLS = 30;

    private final TopicPartition partition;
    private final Consumer<byte[], byte[]> consumer;
    private final LongSupplier end;
    private final Set<String> complained = new HashSet<>();
    private final @Nullable String sought;
    private boolean hasFound;
    private final ControlFold fold = new ControlFold();

    /**
     * @param consumer without offsets; closed by the reader
     * @param end asked for the offset after the last record, committed or not
     * @param sought the id of a decision whose records are looked for; null: none is
     */
    ControlReader(
            TopicPartition partition,
            Consumer<byte[], byte[]> consumer,
            LongSupplier end,
            @Nullable String sought) {
        this.partition = partition;
        this.consumer = consumer;
        this.end = end;
        this.sought = sought;
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
    }

    /** One that reads the control topic of a pipeline. */
    static ControlReader of(ControlClients clients, @Nullable String sought) {
        var partition = new TopicPartition(new Topics(clients.prefix()).control(), 0);
        return new ControlReader(
                partition, clients.consumer(), () -> end(clients, partition), sought);
    }

    /**
     * Reads on to what is the end now, committed or not: what is not yet decided may hide committed
     * records behind it, so it is waited for.
     *
     * @throws TimeoutException when the end cannot be reached
     * @throws KafkaException when it fails
     */
    ControlState readToEnd() {
        var until = end.getAsLong();
        var emptyPolls = 0;
        while (consumer.position(partition) < until) {
            emptyPolls = poll() ? 0 : emptyPolls + 1;
            if (emptyPolls > MAX_EMPTY_POLLS) {
                throw new TimeoutException(partition + " cannot be read up to " + until);
            }
        }
        return fold.state();
    }

    /**
     * Reads what has come, and waits a moment if nothing has. Returns whether anything had.
     *
     * @throws KafkaException when it fails
     */
    boolean poll() {
        var records = consumer.poll(POLL_WAIT);
        records.forEach(this::take);
        return !records.isEmpty();
    }

    /** Whether a record of the decision that is looked for has come. */
    boolean hasFound() {
        return hasFound;
    }

    /** What all records so far say together. */
    ControlState state() {
        return fold.state();
    }

    /** Ends a poll that waits, from any thread. */
    void wakeup() {
        consumer.wakeup();
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        hasFound |=
                sought != null
                        && MillraceHeaders.text(record.headers(), MillraceHeaders.DECISION)
                                .filter(sought::equals)
                                .isPresent();
        if (record.key() == null) {
            return;
        }
        var key = new String(record.key(), UTF_8);
        fold.add(key, record.value()).ifPresent(reason -> complain(key, reason));
    }

    /** Once for each kind: how many there are, others may decide. */
    private void complain(String key, String reason) {
        if (complained.add(key.split("/", 2)[0])) {
            LOG.atWarn()
                    .addKeyValue("key", key)
                    .addKeyValue("reason", reason)
                    .log(
                            "A control record cannot be read and is passed over, and so will be others of its"
                                    + " kind");
        }
    }

    private static long end(ControlClients clients, TopicPartition partition) {
        try (var admin = clients.admin()) {
            // Asked first: the client waits much longer for offsets of a topic that is missing.
            var _ =
                    UnknownTopicRetry.await(
                            () ->
                                    admin.describeTopics(List.of(partition.topic()))
                                            .allTopicNames()
                                            .get());
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause
                    ? cause
                    : new KafkaException("the end of " + partition + " is not known", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
