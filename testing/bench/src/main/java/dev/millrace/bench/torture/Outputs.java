package dev.millrace.bench.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bench.cluster.TopicReader;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.job.JobId;
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
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * All committed results, cost events, dead letters and states of budgets of the topics.
 *
 * @param costTimes times of the cost events of each job or part of a document, in milliseconds
 */
record Outputs(
        List<Result> results,
        List<CostEvent> costs,
        Map<String, LongSummaryStatistics> costTimes,
        List<DeadLetter> deadLetters,
        Map<ControlKey.Budget, BudgetState> budgets) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int FETCHED_ROWS = 10_000;

    /** The columns that are compared, by table. */
    private static final Map<String, String> COLUMNS =
            Map.of(
                    "results", "job_id, error_code, status_code, cost_usd",
                    "costs", "job_id, event_id, kind, is_final, cost_usd",
                    "dead_letters", "origin_topic, origin_partition, origin_offset, reason");

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

        String kind() {
            return view.tenant() + " " + outcome();
        }

        /** Returns true if its prompt has a document of another tenant, whose name is the id. */
        boolean hasOtherDocument() {
            return !document.isEmpty() && !document.equals(view.tenant());
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
            addCostTime(event.jobId(), record.timestamp());
            if (event.part() != null) {
                addCostTime(event.part(), record.timestamp());
            }
        } else if (record.topic().equals(topics.deadLetters())) {
            deadLetters.add(DeadLetter.read(record.headers()));
        } else if (ControlKey.of(new String(record.key(), UTF_8)).orElse(null)
                instanceof ControlKey.Budget budget) {
            budgets.put(budget, BudgetState.of(record.value()));
        }
    }

    void addCostTime(JobId job, long millis) {
        costTimes.computeIfAbsent(job.value(), _ -> new LongSummaryStatistics()).accept(millis);
    }

    /** Returns what each table of the database must have of these outputs, in any order. */
    Map<String, List<String>> rows() {
        return Map.of(
                "results", results.stream().map(Outputs::row).toList(),
                "costs", costs.stream().map(Outputs::row).toList(),
                "dead_letters", deadLetters.stream().map(Outputs::row).toList());
    }

    private static String row(Result it) {
        ResultView view = it.view();
        return row(view.jobId(), view.errorCode(), view.statusCode(), view.costUsd());
    }

    private static String row(CostEvent it) {
        return row(it.jobId().value(), it.eventId(), it.kind().word(), it.isFinal(), it.costUsd());
    }

    private static String row(DeadLetter it) {
        return row(it.topic(), it.partition(), it.offset(), it.reason());
    }

    /** Reads what the sinks have written to each table. */
    static Map<String, List<String>> stored(String jdbcUrl) throws SQLException {
        var stored = new HashMap<String, List<String>>();
        try (Connection connection = DriverManager.getConnection(jdbcUrl);
                var statement = connection.createStatement()) {
            // Otherwise the driver reads whole tables at once.
            connection.setAutoCommit(false);
            statement.setFetchSize(FETCHED_ROWS);
            for (var table : COLUMNS.entrySet()) {
                String query = "SELECT %s FROM %s".formatted(table.getValue(), table.getKey());
                ResultSet result = statement.executeQuery(query);
                var columns = new Object[result.getMetaData().getColumnCount()];
                var rows = new ArrayList<String>();
                while (result.next()) {
                    for (int i = 0; i < columns.length; i++) {
                        columns[i] = result.getObject(i + 1);
                    }
                    rows.add(row(columns));
                }
                stored.put(table.getKey(), rows);
            }
        }
        return stored;
    }

    /** Joins the columns of a row; equal amounts get equal texts. */
    static String row(@Nullable Object... columns) {
        var row = new StringJoiner("|");
        for (Object it : columns) {
            row.add(
                    it instanceof BigDecimal usd
                            ? usd.stripTrailingZeros().toPlainString()
                            : String.valueOf(it));
        }
        return row.toString();
    }
}
