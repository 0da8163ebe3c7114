package dev.millrace.bench.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.contracts.topic.Topics;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** All committed results, cost events, dead letters and states of budgets of the topics. */
record Outputs(
        List<Result> results,
        List<CostEvent> costs,
        List<DeadLetter> deadLetters,
        Map<ControlKey.Budget, BudgetState> budgets) {
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * A record of the results topic.
     *
     * @param text the answer's text; empty without an answer
     * @param answerId the provider's id of the answer; empty without one
     * @param isCalled false if the answer is that of another job
     * @param timestamp in milliseconds
     */
    record Result(
            ResultView view,
            Optional<String> text,
            String answerId,
            boolean isCalled,
            long timestamp) {
        static Result read(byte[] line, long timestamp) {
            JsonNode json = JSON.readTree(line);
            JsonNode body = json.at("/response/body");
            return new Result(
                    ResultView.read(line),
                    AnswerText.ofBody(body),
                    body.path("id").asString(""),
                    json.at("/millrace/cache").asString("").equals("miss"),
                    timestamp);
        }

        /** Returns the error code, or where the answer comes from. */
        String outcome() {
            String error = view.errorCode();
            return error != null ? error : isCalled ? "called" : "cached";
        }

        String jobId() {
            return view.jobId();
        }
    }

    /** Reads the topics to their ends. */
    static Outputs read(TopicReader reader, Topics topics) {
        var outputs =
                new Outputs(
                        new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new HashMap<>());
        reader.readAll(
                List.of(topics.results(), topics.costs(), topics.deadLetters(), topics.control()),
                it -> outputs.add(topics, it));
        return outputs;
    }

    private void add(Topics topics, ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(topics.results())) {
            results.add(Result.read(record.value(), record.timestamp()));
        } else if (record.topic().equals(topics.costs())) {
            costs.add(CostEventCodec.read(record.value()));
        } else if (record.topic().equals(topics.control())) {
            ControlKey.of(new String(record.key(), UTF_8))
                    .filter(ControlKey.Budget.class::isInstance)
                    .map(ControlKey.Budget.class::cast)
                    .ifPresent(it -> budgets.put(it, BudgetState.of(record.value())));
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
