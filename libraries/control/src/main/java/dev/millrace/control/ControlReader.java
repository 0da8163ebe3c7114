package dev.millrace.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.ControlStateBuilder;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.topic.Topics;
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
 * Reads the committed records of the control topic from its beginning. Used by one thread, except
 * {@link #wakeup}.
 *
 * <p>A reader is not reused after a failure: its position possibly no longer exists, because the
 * topic was recreated or lost its last records. A new reader reads from the beginning.
 */
final class ControlReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlReader.class);

    /**
     * Longest wait of a poll. A poll returns as soon as a record arrives, so a shorter wait would
     * only keep an idle service busy.
     */
    private static final Duration POLL_WAIT = Duration.ofSeconds(1);

    /**
     * Empty polls after which reading fails. Together they take longer than an open transaction can
     * hide the records after it.
     */
    private static final int MAX_EMPTY_POLLS = 30;

    /** Number of empty polls, of one second each, before a check whether the cluster answers. */
    private static final int POLLS_BEFORE_CHECK = 30;

    private static final Duration CHECK_TIME = Duration.ofSeconds(10);

    private final TopicPartition partition;
    private final Consumer<byte[], byte[]> consumer;
    private final LongSupplier end;
    private final Set<String> loggedKinds = new HashSet<>();
    private final @Nullable String wantedDecision;
    private boolean hasFound;
    private int emptyPolls;
    private final ControlStateBuilder builder = new ControlStateBuilder();

    /**
     * @param consumer a consumer without an assignment; closed by the reader
     * @param end supplies the offset after the last record, committed or not
     * @param wantedDecision id of the decision whose records {@link #hasFound} looks for; null for
     *     none
     */
    ControlReader(
            TopicPartition partition,
            Consumer<byte[], byte[]> consumer,
            LongSupplier end,
            @Nullable String wantedDecision) {
        this.partition = partition;
        this.consumer = consumer;
        this.end = end;
        this.wantedDecision = wantedDecision;
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
    }

    /** Creates a reader of a pipeline's control topic. */
    static ControlReader of(ControlClients clients, @Nullable String wantedDecision) {
        var partition = new TopicPartition(new Topics(clients.prefix()).control(), 0);
        return new ControlReader(
                partition, clients.consumer(), () -> end(clients, partition), wantedDecision);
    }

    /**
     * Reads to the current end, including open transactions. An open transaction can hide committed
     * records after it, so the reader waits until the transaction ends.
     *
     * @throws TimeoutException if the end cannot be reached
     * @throws KafkaException if a request to the cluster fails
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
        return builder.state();
    }

    /**
     * Reads new records, waiting briefly if there are none. Returns true if there were any.
     *
     * @throws KafkaException if a request to the cluster fails, or it does not answer for about 40
     *     s
     */
    boolean poll() {
        var records = consumer.poll(POLL_WAIT);
        records.forEach(this::add);
        emptyPolls = records.isEmpty() ? emptyPolls + 1 : 0;
        if (emptyPolls == POLLS_BEFORE_CHECK) {
            emptyPolls = 0;
            // Fails if no broker answers: a consumer would otherwise wait forever without an error.
            var _ = consumer.endOffsets(List.of(partition), CHECK_TIME);
        }
        return !records.isEmpty();
    }

    /** Returns true if a record of the wanted decision was read. */
    boolean hasFound() {
        return hasFound;
    }

    /** Returns the state after all records read so far. */
    ControlState state() {
        return builder.state();
    }

    /** Interrupts a waiting poll, from any thread. */
    void wakeup() {
        consumer.wakeup();
    }

    private void add(ConsumerRecord<byte[], byte[]> record) {
        hasFound |=
                wantedDecision != null
                        && MillraceHeaders.text(record.headers(), MillraceHeaders.DECISION)
                                .filter(wantedDecision::equals)
                                .isPresent();
        if (record.key() == null) {
            return;
        }
        var key = new String(record.key(), UTF_8);
        builder.add(key, record.value()).ifPresent(reason -> logUnreadable(key, reason));
    }

    /**
     * Logs an unreadable record, once per kind, because the number of such records is not bounded.
     */
    private void logUnreadable(String key, String reason) {
        if (loggedKinds.add(key.split("/", 2)[0])) {
            LOG.atWarn()
                    .addKeyValue("key", key)
                    .addKeyValue("reason", reason)
                    .log(
                            "A control record cannot be read and is ignored; further ones of its"
                                    + " kind are ignored silently");
        }
    }

    /** Returns the offset after the last record. */
    static long end(ControlClients clients, TopicPartition partition) {
        try (var admin = clients.admin()) {
            // Checks that the topic exists, because the client waits much longer for the offsets of
            // a missing topic.
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
