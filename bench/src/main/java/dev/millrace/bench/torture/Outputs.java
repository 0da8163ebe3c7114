package dev.millrace.bench.torture;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.contracts.topic.Topics;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** All committed results, cost events and dead letters of the topics. */
record Outputs(List<Result> results, List<CostEvent> costs, List<DeadLetter> deadLetters) {
    /**
     * A record of the results topic.
     *
     * @param text the answer's text; empty without an answer
     * @param timestamp in milliseconds
     */
    record Result(ResultView view, Optional<String> text, long timestamp) {
        String jobId() {
            return view.jobId();
        }
    }

    /** Reads the topics to their ends. */
    static Outputs read(TopicReader reader, Topics topics) {
        var outputs = new Outputs(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        reader.readAll(
                List.of(topics.results(), topics.costs(), topics.deadLetters()),
                it -> outputs.add(topics, it));
        return outputs;
    }

    private void add(Topics topics, ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(topics.results())) {
            byte[] line = record.value();
            results.add(
                    new Result(
                            ResultView.read(line), AnswerText.ofResult(line), record.timestamp()));
        } else if (record.topic().equals(topics.costs())) {
            costs.add(CostEventCodec.read(record.value()));
        } else {
            deadLetters.add(DeadLetter.read(record.headers()));
        }
    }

    /** Returns what the database must have of these outputs. */
    Rows rows() {
        return new Rows(
                results.stream()
                        .map(Result::view)
                        .map(
                                it ->
                                        Rows.text(
                                                it.jobId(),
                                                it.errorCode(),
                                                it.statusCode(),
                                                it.costUsd()))
                        .toList(),
                costs.stream()
                        .map(
                                it ->
                                        Rows.text(
                                                it.jobId(),
                                                it.eventId(),
                                                it.kind().word(),
                                                it.isFinal(),
                                                it.costUsd()))
                        .toList(),
                deadLetters.stream()
                        .map(it -> Rows.text(it.topic(), it.partition(), it.offset(), it.reason()))
                        .toList());
    }

    /** The rows of the three tables, each as one text, in any order. */
    record Rows(List<String> results, List<String> costs, List<String> deadLetters) {
        /** Joins the columns of a row; equal amounts get equal texts. */
        static String text(@Nullable Object... columns) {
            var row = new StringBuilder();
            for (Object column : columns) {
                Object shown =
                        column instanceof BigDecimal amount
                                ? amount.stripTrailingZeros().toPlainString()
                                : column;
                row.append(shown).append('|');
            }
            return row.toString();
        }
    }
}
