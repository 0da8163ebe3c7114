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
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * All committed results, cost events, dead letters and states of budgets of the topics.
 *
 * @param lastCosts time of the last cost event of each job, in milliseconds
 */
record Outputs(
        List<Result> results,
        List<CostEvent> costs,
        Map<String, Long> lastCosts,
        List<DeadLetter> deadLetters,
        Map<ControlKey.Budget, BudgetState> budgets) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int FETCHED_ROWS = 10_000;

    /**
     * A record of the results topic.
     *
     * @param text the answer's text; empty without an answer
     * @param answerId the provider's id of the answer; empty without one
     * @param isCalled false if the answer is that of another job
     * @param document the document of the first passage in its prompt; empty without one
     * @param timestamp in milliseconds
     */
    record Result(
            ResultView view,
            Optional<String> text,
            String answerId,
            boolean isCalled,
            String document,
            long timestamp) {
        static Result read(byte[] line, long timestamp) {
            JsonNode json = JSON.readTree(line);
            JsonNode body = json.at("/response/body");
            return new Result(
                    ResultView.read(line),
                    AnswerText.ofBody(body),
                    body.path("id").asString(""),
                    json.at("/millrace/cache").asString("").equals("miss"),
                    json.at("/millrace/retrieval/passages/0/document").asString(""),
                    timestamp);
        }

        /** Returns the error code, or where the answer comes from. */
        String outcome() {
            String error = view.errorCode();
            String origin = isCalled ? "called" : "cached";
            return error != null ? error : document.isEmpty() ? origin : origin + " with passages";
        }

        String jobId() {
            return view.jobId();
        }
    }

    Outputs() {
        this(
                new ArrayList<>(),
                new ArrayList<>(),
                new HashMap<>(),
                new ArrayList<>(),
                new HashMap<>());
    }

    /** Reads the topics to their ends. */
    static Outputs read(TopicReader reader, Topics topics) {
        var outputs = new Outputs();
        reader.readAll(
                List.of(topics.results(), topics.costs(), topics.deadLetters(), topics.control()),
                it -> outputs.add(topics, it));
        return outputs;
    }

    private void add(Topics topics, ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(topics.results())) {
            results.add(Result.read(record.value(), record.timestamp()));
        } else if (record.topic().equals(topics.costs())) {
            CostEvent event = CostEventCodec.read(record.value());
            costs.add(event);
            lastCosts.merge(event.jobId().value(), record.timestamp(), Math::max);
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
                results.stream().map(Result::view).map(Outputs::row).toList(),
                costs.stream().map(Outputs::row).toList(),
                deadLetters.stream().map(Outputs::row).toList());
    }

    private static String row(ResultView it) {
        return Rows.text(it.jobId(), it.errorCode(), it.statusCode(), it.costUsd());
    }

    private static String row(CostEvent it) {
        String job = it.jobId().value();
        return Rows.text(job, it.eventId(), it.kind().word(), it.isFinal(), it.costUsd());
    }

    private static String row(DeadLetter it) {
        return Rows.text(it.topic(), it.partition(), it.offset(), it.reason());
    }

    /** The rows of the three tables, each as one text, in any order. */
    record Rows(List<String> results, List<String> costs, List<String> deadLetters) {
        /** Reads what the sinks have written. */
        static Rows read(String jdbcUrl) throws SQLException {
            try (Connection connection = DriverManager.getConnection(jdbcUrl)) {
                // Otherwise the driver reads whole tables at once.
                connection.setAutoCommit(false);
                return new Rows(
                        read(connection, "job_id, error_code, status_code, cost_usd FROM results"),
                        read(connection, "job_id, event_id, kind, is_final, cost_usd FROM costs"),
                        read(
                                connection,
                                "origin_topic, origin_partition, origin_offset, reason"
                                        + " FROM dead_letters"));
            }
        }

        private static List<String> read(Connection connection, String query) throws SQLException {
            var rows = new ArrayList<String>();
            try (var statement = connection.createStatement()) {
                statement.setFetchSize(FETCHED_ROWS);
                ResultSet result = statement.executeQuery("SELECT " + query);
                while (result.next()) {
                    var columns = new Object[result.getMetaData().getColumnCount()];
                    for (int i = 0; i < columns.length; i++) {
                        columns[i] = result.getObject(i + 1);
                    }
                    rows.add(text(columns));
                }
            }
            return rows;
        }

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
