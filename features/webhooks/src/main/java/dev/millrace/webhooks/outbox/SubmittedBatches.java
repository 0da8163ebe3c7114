package dev.millrace.webhooks.outbox;

import dev.millrace.contracts.webhook.EventType;
import dev.millrace.results.BatchKey;
import dev.millrace.results.query.Query;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.database.DatabaseException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Reads which batches were submitted, have ended and were reported as completed. */
public final class SubmittedBatches {
    private final QueryRunner runner;

    /** Creates a reader that does not close the runner. */
    public SubmittedBatches(QueryRunner runner) {
        this.runner = runner;
    }

    /** Returns the number of lines of each batch, over all its submissions. */
    public Map<BatchKey, Long> lines() throws DatabaseException {
        var lines = new HashMap<BatchKey, Long>();
        runner.run(
                Query.of(
                        "SELECT tenant, batch, SUM(line_count) FROM manifests"
                                + " GROUP BY tenant, batch"),
                row -> lines.put(new BatchKey(row.getString(1), row.getString(2)), row.getLong(3)));
        return lines;
    }

    /** Returns the keys of the events of completed batches. */
    public Set<String> reported() throws DatabaseException {
        var keys = new HashSet<String>();
        runner.run(
                Query.of(
                        "SELECT event_key FROM webhook_events WHERE type = ?",
                        EventType.BATCH_COMPLETED.toString()),
                row -> keys.add(row.getString(1)));
        return keys;
    }
}
