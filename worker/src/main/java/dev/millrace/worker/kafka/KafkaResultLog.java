package dev.millrace.worker.kafka;

import dev.millrace.configuration.RecordSizes;
import dev.millrace.contracts.kafka.AccessFailure;
import dev.millrace.contracts.topic.KeyPartitions;
import dev.millrace.worker.port.ResultLog;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The transactional producer, which is replaced after each fatal error. */
public final class KafkaResultLog implements ResultLog {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaResultLog.class);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

    private final Supplier<Producer<byte[], byte[]>> producers;
    private final boolean isCompressed;
    private final Predicate<String> isJobTopic;
    private final KeyPartitions partitions;

    private volatile Consumer<List<ProducerRecord<byte[], byte[]>>> committed = _ -> {};

    private @Nullable Producer<byte[], byte[]> producer;

    public KafkaResultLog(ClientSettings settings, RecordSizes sizes, KeyPartitions partitions) {
        this(
                () -> new KafkaProducer<>(settings.producer(sizes)),
                settings.compressesResults(),
                settings.topics()::isJobTopic,
                partitions);
    }

    /**
     * @param producers each call creates a producer
     * @param isCompressed whether they compress records
     * @param isJobTopic whether jobs are handed over to a topic of this name
     * @param partitions of the other topics
     */
    KafkaResultLog(
            Supplier<Producer<byte[], byte[]>> producers,
            boolean isCompressed,
            Predicate<String> isJobTopic,
            KeyPartitions partitions) {
        this.producers = producers;
        this.isCompressed = isCompressed;
        this.isJobTopic = isJobTopic;
        this.partitions = partitions;
    }

    /**
     * Passes the records of each transaction to the receiver as soon as they are durable. Readers
     * see them only after the brokers have written the transaction's markers.
     *
     * @param receiver called on the loop's thread; must return at once
     */
    public void passCommitted(Consumer<List<ProducerRecord<byte[], byte[]>>> receiver) {
        committed = receiver;
    }

    @Override
    public Optional<String> open() {
        discard(Duration.ZERO);
        try {
            var fresh = producers.get();
            producer = fresh;
            fresh.initTransactions();
            return Optional.empty();
        } catch (UnsupportedVersionException e) {
            throw e;
        } catch (KafkaException e) {
            if (isWrongProperty(e)) {
                throw e;
            }
            LOG.atWarn().log("the transactional producer cannot be opened yet: {}", reason(e));
            discard(Duration.ZERO);
            return Optional.of(reason(e));
        }
    }

    /**
     * Returns true for an invalid property. The client throws this exception for unresolvable
     * broker names too, but these are temporary.
     */
    private static boolean isWrongProperty(KafkaException e) {
        return cause(e) instanceof ConfigException
                && !String.valueOf(cause(e).getMessage())
                        .contains(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG);
    }

    @Override
    public Commit commit(Transaction transaction) {
        var current = producer;
        if (current == null) {
            throw new IllegalStateException("the log is not open");
        }
        Optional<Commit> refusal = refusalOfHandOvers(current, transaction);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        var sent = new TransactionRecords(isCompressed, isJobTopic);
        try {
            current.beginTransaction();
            for (var record : transaction.records()) {
                // A failed send fails the commit.
                Future<RecordMetadata> _ =
                        current.send(withPartition(current, record), sent.add(record));
            }
            current.sendOffsetsToTransaction(transaction.offsets(), transaction.group());
        } catch (RetriableException e) {
            // The client would have to repeat a commit that timed out; a new producer is simpler.
            return outcomeUnknown(e);
        } catch (KafkaException e) {
            return failed(current, e, sent);
        }
        try {
            current.commitTransaction();
        } catch (KafkaException e) {
            // Without an answer, the transaction can be committed.
            return e instanceof RetriableException || e instanceof InterruptException
                    ? outcomeUnknown(e)
                    : failed(current, e, sent);
        }
        committed.accept(transaction.records());
        return new Commit.Done();
    }

    /**
     * Returns the outcome of a transaction that would hand over jobs to a missing or unwritable
     * topic; empty if every topic can be written. The client would wait for a missing topic until
     * its transaction expires.
     */
    private Optional<Commit> refusalOfHandOvers(
            Producer<byte[], byte[]> current, Transaction transaction) {
        var topics =
                transaction.records().stream()
                        .map(ProducerRecord::topic)
                        .distinct()
                        .filter(isJobTopic)
                        .toList();
        for (String topic : topics) {
            try {
                var _ = current.partitionsFor(topic);
            } catch (KafkaException e) {
                return Optional.of(
                        isUnusable(e)
                                ? new Commit.Rejected(reason(e), recordsOf(topic, transaction))
                                : new Commit.Aborted(reason(e)));
            }
        }
        return Optional.empty();
    }

    private static boolean isUnusable(KafkaException e) {
        return cause(e) instanceof UnknownTopicOrPartitionException
                || TransactionRecords.isRejection(cause(e));
    }

    private static List<ProducerRecord<byte[], byte[]>> recordsOf(
            String topic, Transaction transaction) {
        return transaction.records().stream().filter(it -> it.topic().equals(topic)).toList();
    }

    private static Commit failed(
            Producer<byte[], byte[]> producer, KafkaException e, TransactionRecords sent) {
        Commit aborted = abort(producer, e);
        return TransactionRecords.isRejection(cause(e))
                ? new Commit.Rejected(reason(e), sent.refused(cause(e)))
                : aborted;
    }

    /**
     * Returns the record with the partition of its key if it names no partition, or one that its
     * topic lacks. Uses the client's metadata, which change when the topic is recreated. A job may
     * be in any partition of its topic.
     */
    private ProducerRecord<byte[], byte[]> withPartition(
            Producer<byte[], byte[]> current, ProducerRecord<byte[], byte[]> record) {
        if (record.key() == null || isJobTopic.test(record.topic())) {
            return record;
        }
        Integer named = record.partition();
        int found = current.partitionsFor(record.topic()).size();
        return named != null && named < found
                ? record
                : new ProducerRecord<>(
                        record.topic(),
                        partitions.of(record.key(), found),
                        record.timestamp(),
                        record.key(),
                        record.value(),
                        record.headers());
    }

    private static Commit abort(Producer<byte[], byte[]> producer, KafkaException cause) {
        if (isFatal(cause)) {
            return outcomeUnknown(cause);
        }
        try {
            producer.abortTransaction();
            return new Commit.Aborted(reason(cause));
        } catch (KafkaException e) {
            return outcomeUnknown(e);
        }
    }

    private static Commit outcomeUnknown(KafkaException e) {
        return new Commit.OutcomeUnknown(reason(e), isFenced(e));
    }

    /** Returns true for an error after which the producer cannot be used. */
    private static boolean isFatal(KafkaException e) {
        return isFenced(e)
                || cause(e) instanceof OutOfOrderSequenceException
                || cause(e) instanceof UnsupportedVersionException
                || cause(e) instanceof FencedInstanceIdException
                || cause(e) instanceof AuthorizationException;
    }

    private static boolean isFenced(KafkaException e) {
        return cause(e) instanceof ProducerFencedException
                || cause(e) instanceof InvalidProducerEpochException;
    }

    /**
     * Returns the cause of a failed send or of an earlier error; the wrapper has no information.
     */
    private static Throwable cause(KafkaException e) {
        return e.getCause() == null ? e : e.getCause();
    }

    private static String reason(KafkaException e) {
        Throwable cause = cause(e);
        return AccessFailure.explain(cause)
                .orElseGet(() -> cause.getClass().getSimpleName() + ": " + cause.getMessage());
    }

    private void discard(Duration wait) {
        var old = producer;
        producer = null;
        if (old != null) {
            old.close(wait);
        }
    }

    @Override
    public void close() {
        discard(CLOSE_WAIT);
    }
}
