package dev.millrace.contracts.control;

import dev.millrace.contracts.json.JsonFields;
import dev.millrace.contracts.waiting.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * The report of one worker: its circuit breakers that are not closed, its answers with doubtful
 * token counts, why its jobs wait, and the limits that it has learned. A router reports jobs that
 * wait for topics in this form.
 *
 * @param expires time from which the report is void; a live worker replaces it earlier
 */
public record WorkerReport(
        Instant expires,
        List<Open> open,
        List<Doubt> doubts,
        List<Waiting> waits,
        List<Learned> limits) {
    /** Validity of a report after the death of its writer. */
    public static final Duration VALIDITY = Duration.ofMinutes(1);

    /** Time after which an unchanged report is written again, with its latest amounts. */
    public static final Duration REPEAT = Duration.ofSeconds(20);

    private static final String WHAT = "a worker's report";

    public WorkerReport {
        open = List.copyOf(open);
        doubts = List.copyOf(doubts);
        waits = List.copyOf(waits);
        limits = List.copyOf(limits);
    }

    /** Creates a report of breakers alone. */
    public WorkerReport(Instant expires, List<Open> open) {
        this(expires, open, List.of(), List.of(), List.of());
    }

    /** Returns true if the report still holds. */
    public boolean isValid(Instant now) {
        return now.isBefore(expires);
    }

    /**
     * The number of a model's answers whose token counts are possibly wrong.
     *
     * @param doubt the reason, a word of {@link dev.millrace.contracts.usage.UsageDoubt}
     * @param answers number of such answers since the worker started, 1 or more
     */
    public record Doubt(String model, String doubt, long answers) {}

    /**
     * A limit that is not configured, or is lower than the configured one.
     *
     * @param path the path that the limit has or would have in the configuration
     * @param used amount of the worker in the last minute or second, or its calls in flight
     */
    public record Learned(String path, LimitOrigin origin, long limit, long used) {}

    /**
     * A breaker that is not closed.
     *
     * @param breaker the subject of the breaker, such as {@code key 2 of openai}
     * @param error code of the failure that opened the breaker
     * @param reason message of the failure, without secrets
     * @param since when the breaker opened
     * @param nextTrial earliest time of the worker's next trial call
     * @param jobsWait true if jobs of the worker wait for the breaker, so that the worker makes
     *     trial calls
     */
    public record Open(
            String breaker,
            String error,
            String reason,
            Instant since,
            Instant nextTrial,
            boolean jobsWait) {
        /** Describes the breaker in one sentence, for messages about jobs that wait for it. */
        public String text() {
            return "the circuit breaker of %s is open since %s (next trial call: %s); last error: %s"
                    .formatted(breaker, since, nextTrial, reason);
        }
    }

    /** Returns the record of a worker. */
    public ControlRecord record(String instance) {
        var json = JsonFields.object();
        json.put("expires", expires.toString());
        var array = json.putArray("open");
        for (Open each : open) {
            var entry = array.addObject();
            entry.put("breaker", each.breaker());
            entry.put("error", each.error());
            entry.put("reason", each.reason());
            entry.put("since", each.since().toString());
            entry.put("next_trial", each.nextTrial().toString());
            entry.put("jobs_wait", each.jobsWait());
        }
        if (!doubts.isEmpty()) {
            var list = json.putArray("doubts");
            doubts.forEach(
                    it ->
                            list.addObject()
                                    .put("model", it.model())
                                    .put("doubt", it.doubt())
                                    .put("answers", it.answers()));
        }
        if (!waits.isEmpty()) {
            var list = json.putArray("waits");
            waits.forEach(it -> list.add(it.toJson()));
        }
        if (!limits.isEmpty()) {
            var list = json.putArray("limits");
            limits.forEach(
                    it ->
                            list.addObject()
                                    .put("path", it.path())
                                    .put("origin", it.origin().word())
                                    .put("limit", it.limit())
                                    .put("used", it.used()));
        }
        return new ControlRecord(new ControlKey.Report(instance), JsonFields.bytes(json));
    }

    /**
     * Reads a record's value.
     *
     * @throws IllegalArgumentException if the value is not a worker's report
     */
    static WorkerReport of(byte[] value) {
        var json = JsonFields.read(value, WHAT);
        var open = new ArrayList<Open>();
        for (JsonNode each : json.node().path("open")) {
            var entry = new JsonFields(each, WHAT);
            open.add(
                    new Open(
                            entry.text("breaker"),
                            entry.text("error"),
                            entry.text("reason"),
                            entry.time("since"),
                            entry.time("next_trial"),
                            // Workers of an earlier version do not write it.
                            each.path("jobs_wait").asBoolean(true)));
        }
        var doubts = new ArrayList<Doubt>();
        for (JsonNode each : json.node().path("doubts")) {
            var entry = new JsonFields(each, WHAT);
            doubts.add(
                    new Doubt(
                            entry.text("model"),
                            entry.text("doubt"),
                            each.path("answers").asLong(1)));
        }
        var waits = new ArrayList<Waiting>();
        for (JsonNode each : json.node().path("waits")) {
            Waiting.of(new JsonFields(each, WHAT)).ifPresent(waits::add);
        }
        var limits = new ArrayList<Learned>();
        for (JsonNode each : json.node().path("limits")) {
            var entry = new JsonFields(each, WHAT);
            LimitOrigin.of(entry.text("origin"))
                    .ifPresent(
                            origin ->
                                    limits.add(
                                            new Learned(
                                                    entry.text("path"),
                                                    origin,
                                                    entry.number("limit", 0),
                                                    entry.number("used", 0))));
        }
        return new WorkerReport(json.time("expires"), open, doubts, waits, limits);
    }
}
