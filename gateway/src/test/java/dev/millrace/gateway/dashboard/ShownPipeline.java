package dev.millrace.gateway.dashboard;

import static dev.millrace.store.fixture.Records.COSTS_0;
import static dev.millrace.store.fixture.Records.LETTERS_0;
import static dev.millrace.store.fixture.Records.NOON;
import static dev.millrace.store.fixture.Records.RESULTS_0;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.batch.BatchOrigin;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.fixture.Records;
import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.store.row.RecordPosition;
import dev.millrace.store.row.Row;
import dev.millrace.store.row.StoreTransaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The database and the state that the tests of the dashboard show. */
final class ShownPipeline {
    static final String HTML = "<img src=x onerror=alert(1)>";
    private static final int JOBS = 12;
    static final Instant NOW = NOON.plus(Duration.ofMinutes(5));
    static final String STATE =
            """
            {"routers":1,"workers":2,"max_in_flight":4000,
             "models":[{"model":"deepseek-v3.2","express_waiting":0,"critical_waiting":0,"high_waiting":7,"normal_waiting":1204,"low_waiting":0,"bulk_waiting":98796,"running":200,"paused":false},
                       {"model":"gpt-4.1","express_waiting":0,"critical_waiting":0,"high_waiting":0,"normal_waiting":3,"low_waiting":0,"bulk_waiting":0,"running":0,"paused":true}],
             "waiting":[{"model":"deepseek-v3.2","lane":"bulk","reason":"found_limit","value":"12 calls a minute, found by 6 refusals since 2026-11-20T12:00:00Z","jobs":98796},
                        {"reason":"retrieval","value":"retrieval services: 1","jobs":2}],
             "policies":[],"tripped":[],
             "pauses":[{"model":"gpt-4.1","at":"2026-11-20T11:00:00Z","by":"anna"}],
             "breakers":[{"breaker":"key 1 of openai","workers":2,"error":"authentication_error","reason":"the provider answered 401: <b>no</b>","since":"2026-11-20T12:00:00Z","next_trial":"2026-11-20T12:06:00Z"}],
             "budgets":[{"tenant":"default","period":"day","limit_usd":100,"spent_usd":81.200000000000000001,"reserved_usd":3.1,"waiting_jobs":37,"holds_back":true,"needed_usd":0.5,"rejected_jobs":0,"alert_percent":80,"at":"2026-11-20T12:00:00Z"}],
             "limits":[{"path":"models.gpt-4.1.limits.requests_per_minute","origin":"configured","limit":10000,"used":9800,"leased":120,"workers":2,"waiting_workers":1},
                       {"path":"models.deepseek-v3.2.limits.requests_per_minute","origin":"found","limit":12,"used":9,"leased":0,"workers":2,"waiting_workers":0}],
             "unreadable":[],"ahead":[]}
            """
                    .replace("\n", "");

    private ShownPipeline() {}

    /** The file and the metadata of the batch b1. */
    static final BatchOrigin ORIGIN =
            new BatchOrigin(
                    Optional.of("tickets " + HTML + ".jsonl"),
                    Map.of("project", "<b>support</b>"),
                    Set.of("deepseek-v3.2"),
                    Optional.empty());

    /** Stores jobs of two batches: every fourth fails, with HTML in its message and its names. */
    static void storeIn(TestDatabase database) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (int i = 1; i <= JOBS; i++) {
            String batch = i % 3 == 0 ? "b<i>2" : "b1";
            byte[] value = Records.result(batch, i, "hello");
            if (i % 4 == 0) {
                value = failed(Records.result(batch, i, "", ErrorCode.VALIDATION_ERROR, 100, "0"));
            }
            rows.add(
                    new Row.Result(
                            new RecordPosition(RESULTS_0, i, NOON.plusMillis(i)),
                            ResultView.read(value),
                            value));
            rows.add(
                    Records.costRow(
                            i,
                            Records.cost(
                                    batch, i, 1, CostKind.BILLED, "0.000000000000000000" + i)));
        }
        rows.add(Records.manifestRow(0, "b1", "1", 20, null, ORIGIN));
        rows.add(
                new Row.Letter(
                        new RecordPosition(LETTERS_0, 0, NOON.plusSeconds(9)),
                        new DeadLetter(
                                "duplicate",
                                HTML,
                                "millrace.requests",
                                0,
                                7,
                                "default",
                                "b1",
                                5L,
                                null),
                        null,
                        HTML.getBytes(UTF_8)));
        try (var writer =
                new DatabaseWriter(Database.of(database.url()), InstantSource.fixed(NOW))) {
            writer.add(Map.of(RESULTS_0, 0L, COSTS_0, 0L, LETTERS_0, 0L));
            var _ = writer.store(new StoreTransaction(rows, List.of()));
        }
    }

    private static byte[] failed(byte[] result) {
        return new String(result, UTF_8)
                .replace("{\"answer\":\"\"}", "{\"error\":{\"message\":\"%s\"}}".formatted(HTML))
                .getBytes(UTF_8);
    }
}
