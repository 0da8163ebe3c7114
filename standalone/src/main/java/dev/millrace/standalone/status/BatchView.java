package dev.millrace.standalone.status;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.money.Usd;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.gateway.figures.CostGroup;
import dev.millrace.gateway.figures.ListedBatch;
import dev.millrace.results.BatchKey;
import dev.millrace.results.batch.BatchReader;
import dev.millrace.results.batch.BatchStatus;
import dev.millrace.results.batch.ManifestStatus;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.database.DatabaseException;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/**
 * The status of a batch with its costs.
 *
 * @param waits why its jobs wait
 */
record BatchView(ListedBatch batch, List<Waiting> waits) {
    BatchView {
        waits = List.copyOf(waits);
    }

    /** Returns a copy with the reasons why jobs wait. */
    BatchView withWaits(List<Waiting> reasons) {
        return new BatchView(batch, reasons);
    }

    BatchStatus status() {
        return batch.status();
    }

    CostGroup costs() {
        return batch.costs();
    }

    /**
     * Reads the present status; empty if nothing is stored for the batch.
     *
     * @param now the present time, for the estimate of the end
     */
    static Optional<BatchView> read(QueryRunner runner, BatchKey key, Instant now)
            throws DatabaseException {
        Optional<BatchStatus> status = new BatchReader(runner, now).find(key);
        if (status.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new BatchView(ListedBatch.of(status.get(), runner), List.of()));
    }

    /** Returns true if every line has ended, by the manifests of the batch. */
    boolean isComplete() {
        return status().manifest().filter(ManifestStatus::isComplete).isPresent();
    }

    /**
     * Returns the expected cost of all lines in US dollars, extrapolated from the average of the
     * ended lines. Empty without a manifest, before the first line has cost anything, and when all
     * lines have ended.
     */
    Optional<BigDecimal> expectedUsd() {
        return status().manifest()
                .filter(it -> it.ended() > 0 && !it.isComplete() && costs().costUsd().signum() > 0)
                .map(
                        it ->
                                costs().costUsd()
                                        .multiply(BigDecimal.valueOf(it.lines()))
                                        .divide(
                                                BigDecimal.valueOf(it.ended()),
                                                MathContext.DECIMAL32));
    }

    /** Returns one JSON object. */
    String toJson(Instant now) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            batch.write(json, _ -> waits, now);
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
