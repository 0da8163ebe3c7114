package dev.millrace.standalone.batch;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.money.Usd;
import dev.millrace.sink.database.DatabaseException;
import dev.millrace.sink.query.QueryRunner;
import dev.millrace.sink.store.BatchKey;
import dev.millrace.sink.usage.BatchJson;
import dev.millrace.sink.usage.BatchReader;
import dev.millrace.sink.usage.BatchStatus;
import dev.millrace.sink.usage.CostGroup;
import dev.millrace.sink.usage.CostJson;
import dev.millrace.sink.usage.CostReader;
import dev.millrace.sink.usage.ManifestStatus;
import dev.millrace.sink.usage.UsageFilter;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** The status of a batch with its costs. */
public record BatchView(BatchStatus status, CostGroup costs) {

    /**
     * Reads the present status; empty if nothing is stored for the batch.
     *
     * @param now the present time, from which the end is estimated
     */
    public static Optional<BatchView> read(QueryRunner runner, BatchKey key, Instant now)
            throws DatabaseException {
        Optional<BatchStatus> status = new BatchReader(runner, now).find(key);
        if (status.isEmpty()) {
            return Optional.empty();
        }
        var filter =
                new UsageFilter(
                        Optional.of(key.tenant()),
                        Optional.of(key.batch()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
        return Optional.of(new BatchView(status.get(), new CostReader(runner).total(filter)));
    }

    /** Returns true if every line has ended, by the manifests of the batch. */
    public boolean isComplete() {
        return status.manifest().filter(ManifestStatus::isComplete).isPresent();
    }

    /**
     * Returns the expected cost of all lines in US dollars, at the average of those that have
     * ended; empty without a manifest, before the first line has cost anything, and when all have
     * ended.
     */
    public Optional<BigDecimal> expectedUsd() {
        return status.manifest()
                .filter(it -> it.ended() > 0 && !it.isComplete() && costs.costUsd().signum() > 0)
                .map(
                        it ->
                                costs.costUsd()
                                        .multiply(BigDecimal.valueOf(it.lines()))
                                        .divide(
                                                BigDecimal.valueOf(it.ended()),
                                                MathContext.DECIMAL32));
    }

    /** Returns one JSON object. */
    public String toJson() {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            BatchJson.write(json, status);
            json.writeObjectPropertyStart("costs");
            CostJson.write(json, costs);
            json.writeEndObject();
            Optional<BigDecimal> expected = expectedUsd().map(Usd::normalised);
            if (expected.isPresent()) {
                json.writeNumberProperty("expected_cost_usd", expected.get());
            } else {
                json.writeNullProperty("expected_cost_usd");
            }
            json.writeEndObject();
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
