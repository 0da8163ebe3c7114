package dev.millrace.gateway.figures;

import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.results.batch.BatchStatus;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.database.DatabaseException;
import java.time.Instant;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** A batch in a list: its progress and its costs. */
public record ListedBatch(BatchStatus status, CostGroup costs) {
    /** Finds out why the jobs of a batch wait. */
    @FunctionalInterface
    public interface Waits {
        List<Waiting> of(BatchStatus batch);
    }

    /** Returns a batch with its costs. */
    public static ListedBatch of(BatchStatus status, QueryRunner runner) throws DatabaseException {
        return new ListedBatch(status, new CostReader(runner).total(UsageFilter.of(status.key())));
    }

    /** Writes the properties of a JSON object. */
    public void write(JsonGenerator json, Waits waits, Instant now) {
        List<Waiting> reasons = waits.of(status);
        BatchStatusJson.write(json, status, reasons, now);
        json.writeObjectPropertyStart("costs");
        CostJson.write(json, costs);
        json.writeEndObject();
        json.writeArrayPropertyStart("waiting");
        reasons.forEach(it -> json.writeRawValue(it.toJson().toString()));
        json.writeEndArray();
    }
}
