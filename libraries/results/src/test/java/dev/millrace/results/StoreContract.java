package dev.millrace.results;

import static dev.millrace.store.fixture.Records.COSTS_0;
import static dev.millrace.store.fixture.Records.LETTERS_0;
import static dev.millrace.store.fixture.Records.NOON;
import static dev.millrace.store.fixture.Records.RESULTS_0;
import static dev.millrace.store.fixture.Records.resultRow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.database.WriteOutcome;
import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.store.row.OffsetChange;
import dev.millrace.store.row.Row;
import dev.millrace.store.row.StoreTransaction;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Base of the tests that both databases must pass. Every test has its own database. */
public abstract class StoreContract {
    protected static final BatchKey BATCH = BatchKey.of("b");

    protected TestDatabase database = new TestDatabase("");
    protected DatabaseWriter writer =
            new DatabaseWriter(Database.of("jdbc:sqlite:unused"), InstantSource.fixed(NOON));

    /** Returns a new, empty database. */
    protected abstract TestDatabase newDatabase() throws Exception;

    @BeforeEach
    void openDatabase() throws Exception {
        database = newDatabase();
        writer = newWriter();
        writer.add(Map.of(RESULTS_0, 0L, COSTS_0, 0L, LETTERS_0, 0L));
    }

    @AfterEach
    void closeDatabase() {
        writer.close();
    }

    DatabaseWriter newWriter() {
        return new DatabaseWriter(Database.of(database.url()), InstantSource.fixed(NOON));
    }

    /** Stores rows in one transaction. */
    protected WriteOutcome store(List<? extends Row> rows, OffsetChange... offsetChanges) {
        return writer.store(new StoreTransaction(List.copyOf(rows), List.of(offsetChanges)));
    }

    /** Stores results at consecutive offsets from 0. */
    void storeResults(byte[]... values) {
        var rows = new ArrayList<Row>();
        for (byte[] value : values) {
            rows.add(resultRow(rows.size(), value));
        }
        assertThat(store(rows, new OffsetChange(RESULTS_0, 0, rows.size())))
                .isEqualTo(new WriteOutcome.Done(rows));
    }
}
