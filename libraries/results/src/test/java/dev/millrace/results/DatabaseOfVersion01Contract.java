package dev.millrace.results;

import static dev.millrace.store.fixture.Records.BATCHES_0;
import static dev.millrace.store.fixture.Records.COSTS_0;
import static dev.millrace.store.fixture.Records.LETTERS_0;
import static dev.millrace.store.fixture.Records.NOON;
import static dev.millrace.store.fixture.Records.RESULTS_0;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.database.WriteOutcome;
import dev.millrace.store.fixture.Records;
import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.store.row.OffsetChange;
import dev.millrace.store.row.RecordPosition;
import dev.millrace.store.row.Row;
import dev.millrace.store.row.StoreTransaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Tests that a database written by version 0.1 is migrated and continued, on both kinds of
 * database. The system property {@code compatibility.write} rewrites the files with the databases,
 * until 0.1 is released.
 */
abstract class DatabaseOfVersion01Contract {
    private static final Path FOLDER = Path.of("src", "test", "resources", "compatibility", "0.1");
    private static final List<String> TABLES =
            List.of("results", "costs", "dead_letters", "manifests", "unreadable", "rollups");

    private final String file;

    /**
     * @param file name of the file with the database
     */
    DatabaseOfVersion01Contract(String file) {
        this.file = file;
    }

    /** Returns a new, empty database. */
    abstract TestDatabase newDatabase() throws Exception;

    /** Returns the commands that make a database, as one text. */
    abstract String dump(TestDatabase database) throws Exception;

    /** Runs the commands of a dump. */
    abstract void restore(String dump, TestDatabase database) throws Exception;

    private static DatabaseWriter writer(TestDatabase database) {
        return new DatabaseWriter(Database.of(database.url()), InstantSource.fixed(NOON));
    }

    private static Row.Letter letter() {
        var letter =
                new DeadLetter(
                        "duplicate", "It was sent twice", "r", 0, 7, "default", "b", 9L, null);
        return new Row.Letter(
                new RecordPosition(LETTERS_0, 0, NOON), letter, null, "{\"a\":1}".getBytes(UTF_8));
    }

    /** Writes the file: one row of each kind, and rollups of the cost events. */
    private Path write() throws Exception {
        TestDatabase database = newDatabase();
        try (DatabaseWriter writer = writer(database)) {
            writer.add(Map.of(RESULTS_0, 0L, COSTS_0, 0L, LETTERS_0, 0L, BATCHES_0, 0L));
            byte[] failed =
                    Records.result("b", 2, "no", ErrorCode.VALIDATION_ERROR, 100, "0.00002");
            List<Row> rows =
                    List.of(
                            Records.resultRow(0, Records.result("b", 1, "yes")),
                            Records.resultRow(1, failed),
                            Records.resultRow(2, Records.result("b", 3, "long ".repeat(1_000))),
                            Records.costRow(0, Records.cost("b", 1, "0.000336")),
                            Records.costRow(
                                    1, Records.cost("b", 2, 1, CostKind.UNCERTAIN, "0.00002")),
                            Records.costRow(2, Records.cost("b", 3, 0, CostKind.SAVED, "0")),
                            letter(),
                            Records.manifestRow(0, "b", "s", 4, null),
                            new Row.Unreadable(
                                    new RecordPosition(RESULTS_0, 3, NOON),
                                    "not JSON",
                                    null,
                                    new byte[] {1}));
            var offsets =
                    List.of(
                            new OffsetChange(RESULTS_0, 0, 4),
                            new OffsetChange(COSTS_0, 0, 3),
                            new OffsetChange(LETTERS_0, 0, 1),
                            new OffsetChange(BATCHES_0, 0, 1));
            assertThat(writer.store(new StoreTransaction(rows, offsets)))
                    .isInstanceOf(WriteOutcome.Done.class);
        }
        Files.createDirectories(FOLDER);
        return Files.writeString(FOLDER.resolve(file), dump(database));
    }

    /** Returns the commands of the file, which other modules have only in a jar. */
    private String commands() throws IOException {
        try (var in = getClass().getResourceAsStream("/compatibility/0.1/" + file)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
        }
    }

    /** Writes the file first, if it is to be written again. */
    private TestDatabase broughtUpToDate() throws Exception {
        String commands =
                Boolean.getBoolean("compatibility.write") ? Files.readString(write()) : commands();
        TestDatabase database = newDatabase();
        restore(commands, database);
        Database.of(database.url()).migrate();
        return database;
    }

    @Test
    void keepsItsRows() throws Exception {
        TestDatabase database = broughtUpToDate();

        for (String table : TABLES) {
            assertThat(database.rows("SELECT COUNT(*) FROM " + table))
                    .as(table)
                    .isNotEqualTo(List.of("0"));
        }
        int bytes = Records.result("b", 3, "long ".repeat(1_000)).length;
        assertThat(
                        database.rows(
                                "SELECT custom_id, error_code, cost_usd, value_bytes FROM results"
                                        + " ORDER BY line"))
                .containsExactly(
                        "custom-1|null|0.000336|null",
                        "custom-2|validation_error|0.00002|null",
                        "custom-3|null|0.000336|" + bytes);
        assertThat(database.rows("SELECT kind, input_tokens, cost_usd FROM costs ORDER BY kind"))
                .containsExactly("billed|100|0.000336", "saved|100|0", "uncertain|100|0.00002");
        assertThat(database.rows("SELECT reason, message, line FROM dead_letters"))
                .containsExactly("duplicate|It was sent twice|9");
        assertThat(database.rows("SELECT SUM(requests) FROM rollups WHERE period = 'hour'"))
                .containsExactly("3");
        assertThat(
                        database.rows(
                                "SELECT COUNT(*) FROM rollups"
                                        + " WHERE catalog_usd = billed_usd AND saved_events = 1"))
                .containsExactly("3");
    }

    @Test
    void isContinuedAtItsOffsets() throws Exception {
        TestDatabase database = broughtUpToDate();

        try (DatabaseWriter writer = writer(database)) {
            assertThat(writer.offsets(List.of(RESULTS_0, COSTS_0, LETTERS_0, BATCHES_0)))
                    .isEqualTo(Map.of(RESULTS_0, 4L, COSTS_0, 3L, LETTERS_0, 1L, BATCHES_0, 1L));
            Row next = Records.resultRow(4, Records.result("b", 4, "yes"));
            var offset = new OffsetChange(RESULTS_0, 4, 5);
            assertThat(writer.store(new StoreTransaction(List.of(next), List.of(offset))))
                    .isEqualTo(new WriteOutcome.Done(List.of(next)));
        }
        assertThat(database.rows("SELECT COUNT(*) FROM results")).containsExactly("4");
    }
}
