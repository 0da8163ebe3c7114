package dev.millrace.sink.kafka;

import dev.millrace.contracts.batch.BatchManifest;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.sink.row.PartitionId;
import dev.millrace.sink.row.RecordPosition;
import dev.millrace.sink.row.Row;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Converts records to rows. A record that cannot be read becomes an unreadable row. */
public final class RowConverter {
    /**
     * Maximum digits of an amount before or after the decimal point. More are implausible and would
     * use much memory.
     */
    private static final int MAX_DIGITS = 100;

    private final Topics topics;

    public RowConverter(Topics topics) {
        this.topics = topics;
    }

    /** Returns the names of the topics to read. */
    public Set<String> topicNames() {
        return Set.of(topics.results(), topics.costs(), topics.deadLetters());
    }

    /** Returns the names of topics to read if they exist: earlier versions did not have them. */
    public Set<String> optionalTopicNames() {
        return Set.of(topics.batches());
    }

    /** Returns the row of a record in the given partition. */
    public Row toRow(PartitionId partition, ConsumerRecord<byte[], byte[]> record) {
        var position =
                new RecordPosition(
                        partition, record.offset(), Instant.ofEpochMilli(record.timestamp()));
        try {
            if (record.topic().equals(topics.results())) {
                return result(position, record);
            }
            if (record.topic().equals(topics.costs())) {
                return cost(position, record);
            }
            if (record.topic().equals(topics.batches())) {
                return new Row.Manifest(position, BatchManifest.read(requireValue(record.value())));
            }
            return new Row.Letter(
                    position, DeadLetter.read(record.headers()), record.key(), record.value());
        } catch (IllegalArgumentException | ArithmeticException e) {
            return new Row.Unreadable(
                    position, String.valueOf(e.getMessage()), record.key(), record.value());
        }
    }

    private static Row result(RecordPosition position, ConsumerRecord<byte[], byte[]> record) {
        byte[] value = requireValue(record.value());
        ResultView view = ResultView.read(value);
        requireMoney("cost_usd", view.costUsd());
        requireJobId(view.jobId());
        return new Row.Result(position, view, value);
    }

    private static void requireJobId(String jobId) {
        var _ = new JobId(jobId);
    }

    private static Row cost(RecordPosition position, ConsumerRecord<byte[], byte[]> record) {
        CostEvent event = CostEventCodec.read(requireValue(record.value()));
        requireMoney("cost_usd", event.costUsd());
        requireMoney("saved_usd", event.savedUsd());
        requireMoney("reserved_usd", event.reservedUsd());
        return new Row.Cost(position, event);
    }

    private static byte[] requireValue(byte @Nullable [] value) {
        if (value == null) {
            throw new IllegalArgumentException("a record must have a value");
        }
        return value;
    }

    private static void requireMoney(String name, BigDecimal amount) {
        if (amount.precision() > MAX_DIGITS || Math.abs(amount.scale()) > MAX_DIGITS) {
            throw new IllegalArgumentException(
                    name + " must have at most " + MAX_DIGITS + " digits");
        }
    }
}
