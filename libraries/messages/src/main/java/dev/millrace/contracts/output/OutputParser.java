package dev.millrace.contracts.output;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.contracts.topic.Topics;
import java.math.BigDecimal;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Parses output records. Stateless; safe for several threads. */
public final class OutputParser {
    /**
     * Maximum digits of an amount before or after the decimal point. More are implausible and would
     * use much memory.
     */
    private static final int MAX_DIGITS = 100;

    private final Topics topics;

    public OutputParser(Topics topics) {
        this.topics = topics;
    }

    /**
     * Parses a record of the topic of results or of costs; a record of any other topic is read as a
     * dead letter. A record that cannot be read becomes {@link Output.Unreadable}.
     */
    public Output parse(ConsumerRecord<byte[], byte[]> record) {
        try {
            if (record.topic().equals(topics.results())) {
                return result(record);
            }
            if (record.topic().equals(topics.costs())) {
                return cost(record);
            }
            return new Output.Letter(
                    DeadLetter.read(record.headers()), record.key(), record.value());
        } catch (IllegalArgumentException | ArithmeticException e) {
            return unreadable(record, e);
        }
    }

    /** Returns a record that cannot be read for the given reason. */
    public static Output.Unreadable unreadable(
            ConsumerRecord<byte[], byte[]> record, RuntimeException reason) {
        return new Output.Unreadable(
                String.valueOf(reason.getMessage()), record.key(), record.value());
    }

    private static Output result(ConsumerRecord<byte[], byte[]> record) {
        byte[] value = requireValue(record.value());
        ResultView view = ResultView.read(value);
        requireMoney("cost_usd", view.costUsd());
        requireJobId(view.jobId());
        return new Output.Result(view, value);
    }

    private static void requireJobId(String jobId) {
        var unused = new JobId(jobId);
    }

    private static Output cost(ConsumerRecord<byte[], byte[]> record) {
        CostEvent event = CostEventCodec.read(requireValue(record.value()));
        requireMoney("cost_usd", event.costUsd());
        requireMoney("saved_usd", event.savedUsd());
        requireMoney("reserved_usd", event.reservedUsd());
        return new Output.Cost(event);
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
