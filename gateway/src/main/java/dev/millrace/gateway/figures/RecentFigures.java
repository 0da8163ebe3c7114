package dev.millrace.gateway.figures;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.gateway.figures.FailureReader.Failure;
import dev.millrace.gateway.figures.OutcomeReader.ErrorCount;
import dev.millrace.gateway.figures.RollupReader.Property;
import dev.millrace.gateway.figures.SlowJobReader.SlowJob;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.rollup.RollupPeriod;
import dev.millrace.store.rollup.RollupSums;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import tools.jackson.core.JsonGenerator;

/**
 * The latest batches, errors, failures, slow jobs and arms. Reading them takes longer than reading
 * sums.
 *
 * @param at time of the figures
 * @param since start of the period of counted errors
 * @param batches batches with the latest submissions and results, latest first
 * @param errors number of outcomes by error code
 * @param failures latest failures, latest first
 * @param slowest slowest of the latest jobs, slowest first
 * @param arms sums of two days by the rule that routed the jobs and the first model of the chain
 */
public record RecentFigures(
        Instant at,
        Instant since,
        List<ListedBatch> batches,
        SortedMap<String, ErrorCount> errors,
        List<Failure> failures,
        List<SlowJob> slowest,
        SortedMap<List<String>, RollupSums> arms) {
    private static final Duration WINDOW = Duration.ofHours(1);
    private static final int BATCHES = 20;
    private static final int FAILURES = 10;
    private static final int SLOWEST = 10;

    public RecentFigures {
        batches = List.copyOf(batches);
        failures = List.copyOf(failures);
        slowest = List.copyOf(slowest);
    }

    /**
     * Reads the figures.
     *
     * @param tenant the only tenant; empty for all
     */
    public static RecentFigures read(QueryRunner runner, Optional<String> tenant, Instant now)
            throws DatabaseException {
        Instant since = now.minus(WINDOW);
        var filter =
                new UsageFilter(
                        tenant,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(since),
                        Optional.empty());
        return new RecentFigures(
                now,
                since,
                new BatchSearch(runner, now).latest(tenant, Optional.empty(), BATCHES),
                new OutcomeReader(runner).errors(filter),
                new FailureReader(runner).latest(tenant, FAILURES),
                new SlowJobReader(runner).slowest(tenant, SLOWEST),
                new RollupReader(runner)
                        .sums(
                                List.of(
                                        RollupReader.Range.since(
                                                RollupPeriod.DAY,
                                                now.truncatedTo(ChronoUnit.DAYS)
                                                        .minus(Duration.ofDays(1)))),
                                UsageFilter.ofTenant(tenant),
                                List.of(Property.ROUTED_BY, Property.ROUTED_TO)));
    }

    /**
     * Returns the figures as one JSON object in UTF-8, without line breaks.
     *
     * @param waits finds out why jobs wait
     */
    public byte[] toJson(ListedBatch.Waits waits) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("at", at.toString());
            json.writeStringProperty("since", since.toString());
            json.writeArrayPropertyStart("batches");
            for (ListedBatch batch : batches) {
                json.writeStartObject();
                batch.write(json, waits, at);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayPropertyStart("errors");
            errors.forEach((code, count) -> write(json, code, count));
            json.writeEndArray();
            json.writeArrayPropertyStart("failures");
            failures.forEach(it -> write(json, it));
            json.writeEndArray();
            json.writeArrayPropertyStart("slowest");
            slowest.forEach(it -> write(json, it));
            json.writeEndArray();
            RollupJson.writeArray(json, "arms", List.of("routed_by", "arm"), arms);
            json.writeObjectPropertyStart("advice");
            for (ErrorCode code : ErrorCode.values()) {
                json.writeStringProperty(code.code(), Advice.of(code));
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void write(JsonGenerator json, String code, ErrorCount count) {
        json.writeStartObject();
        json.writeStringProperty("code", code);
        json.writeNumberProperty("jobs", count.jobs());
        json.writeNumberProperty("dead_letters", count.deadLetters());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, SlowJob job) {
        json.writeStartObject();
        json.writeStringProperty("tenant", job.tenant());
        json.writeStringProperty("batch", job.batch());
        json.writeStringProperty("job_id", job.jobId());
        json.writeStringProperty("custom_id", job.customId());
        json.writeStringProperty("model", job.model());
        json.writeNumberProperty("attempts", job.attempts());
        json.writeNumberProperty("upstream_ms", job.upstreamMs());
        json.writeNumberProperty("queued_ms", job.queuedMs());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Failure failure) {
        json.writeStartObject();
        json.writeStringProperty("at", failure.at().toString());
        json.writeBooleanProperty("dead_letter", failure.isDeadLetter());
        json.writeStringProperty("tenant", failure.tenant());
        json.writeStringProperty("batch", failure.batch());
        if (failure.line() == null) {
            json.writeNullProperty("line");
        } else {
            json.writeNumberProperty("line", failure.line());
        }
        json.writeStringProperty("job_id", failure.jobId());
        json.writeStringProperty("custom_id", failure.customId());
        json.writeStringProperty("code", failure.code());
        json.writeStringProperty("model", failure.model());
        json.writeStringProperty("message", failure.message());
        json.writeEndObject();
    }
}
