package dev.millrace.contracts.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.topic.Topics;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the committed records of the control topic from its beginning. Of one thread. */
final class ControlReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlReader.class);
    private static final Duration POLL_WAIT = Duration.ofMillis(250);

    /** Longer than an open transaction can hide what comes after it. */
    private static final int MAX_EMPTY_POLLS = 120;

    private final ControlClients clients;
    private final TopicPartition partition;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Set<String> complained = new HashSet<>();
    private ControlFold fold = new ControlFold();

    ControlReader(ControlClients clients) {
        this.clients = clients;
        partition = new TopicPartition(new Topics(clients.prefix()).control(), 0);
        consumer = clients.consumer();
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
    }

    /**
     * Reads on to what is the end now, committed or not: what is not yet decided may hide committed
     * records behind it, so it is waited for.
     *
     * @throws TimeoutException when the end cannot be reached
     */
    ControlState readToEnd() {
        var end = end();
        var emptyPolls = 0;
        while (consumer.position(partition) < end) {
            emptyPolls = poll() ? 0 : emptyPolls + 1;
            if (emptyPolls > MAX_EMPTY_POLLS) {
                throw new TimeoutException(partition + " cannot be read up to " + end);
            }
        }
        return fold.state();
    }

    /** Reads what has come, and waits a moment if nothing has. Returns whether anything had. */
    boolean poll() {
        try {
            var records = consumer.poll(POLL_WAIT);
            records.forEach(this::take);
            return !records.isEmpty();
        } catch (OffsetOutOfRangeException e) {
            // The topic was made anew: what stood in the old one holds no more.
            LOG.atWarn().addKeyValue("topic", partition.topic()).log("Read again from its start");
            fold = new ControlFold();
            consumer.seekToBeginning(List.of(partition));
            return true;
        }
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
        if (record.key() == null) {
            return;
        }
        var key = new String(record.key(), UTF_8);
        fold.add(key, record.value()).ifPresent(reason -> complain(key, reason));
    }

    /** Once for each key. */
    private void complain(String key, String reason) {
        if (complained.add(key)) {
            LOG.atWarn()
                    .addKeyValue("key", key)
                    .addKeyValue("reason", reason)
                    .log("A control record cannot be read and is passed over");
        }
    }

    private long end() {
        try (var admin = clients.admin()) {
            // Asked first: offsets of a topic that is not there are waited for.
            admin.describeTopics(List.of(partition.topic())).allTopicNames().get();
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
