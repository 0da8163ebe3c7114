package dev.millrace.sink.kafka;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.sink.row.Partition;
import dev.millrace.sink.row.Place;
import dev.millrace.sink.row.Row;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Turns records into rows. Every record becomes a row; what makes no sense, an unreadable one. */
public final class RecordReader {
    /**
     * Of an amount of money, before or after the point: more is nonsense that would take memory.
     */
    private static final int MAX_DIGITS = 100;

    private final Topics topics;

    public RecordReader(Topics topics) {
        this.topics = topics;
    }

    /** The topics that are read. */
    public Set<String> names() {
        return Set.of(topics.results(), topics.costs(), topics.deadLetters());
    }

    /** The row of a record that stood in the partition. */
    public Row read(Partition partition, ConsumerRecord<byte[], byte[]> record) {
        var place = new Place(partition, record.offset(), Instant.ofEpochMilli(record.timestamp()));
        try {
            if (record.topic().equals(topics.results())) {
                return result(place, record);
            }
            if (record.topic().equals(topics.costs())) {
                return cost(place, record);
            }
            return new Row.Letter(
                    place, DeadLetter.read(record.headers()), record.key(), record.value());
        } catch (IllegalArgumentException | ArithmeticException e) {
            return new Row.Unreadable(
                    place, String.valueOf(e.getMessage()), record.key(), record.value());
        }
    }

    private static Row result(Place place, ConsumerRecord<byte[], byte[]> record) {
        byte[] value = present(record.value());
        ResultView view = ResultView.read(value);
        requireMoney("cost_usd", view.costUsd());
        requireJobId(view.jobId());
        return new Row.Result(place, view, value);
    }

    private static void requireJobId(String jobId) {
        var _ = new JobId(jobId);
    }

    private static Row cost(Place place, ConsumerRecord<byte[], byte[]> record) {
        CostEvent event = CostEventCodec.read(present(record.value()));
        requireMoney("cost_usd", event.costUsd());
        requireMoney("saved_usd", event.savedUsd());
        requireMoney("reserved_usd", event.reservedUsd());
        return new Row.Cost(place, event);
    }

    private static byte[] present(byte @Nullable [] value) {
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
