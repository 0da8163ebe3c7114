package dev.millrace.contracts.waiting;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.json.JsonFields;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Jobs that wait for one reason.
 *
 * @param model name of their model; empty if they have none yet, or several
 * @param lane their lane; empty for all lanes of the model
 * @param value the limiting setting or state, such as {@code
 *     models.qwen.limits.requests_per_minute: 60}; without secrets
 * @param until earliest time at which a job can continue, if known
 * @param jobs number of jobs, 0 if unknown
 * @param isEstimate true if the number may be a little too high
 */
public record Waiting(
        String model,
        Optional<Lane> lane,
        WaitingReason reason,
        String value,
        Optional<Instant> until,
        long jobs,
        boolean isEstimate) {

    /** Longest value that is written: providers repeat whole requests in their errors. */
    private static final int MAX_VALUE = 300;

    public Waiting {
        value = shortened(value, MAX_VALUE);
    }

    /** Creates waiting jobs whose number is exact, or unknown. */
    public Waiting(
            String model,
            Optional<Lane> lane,
            WaitingReason reason,
            String value,
            Optional<Instant> until,
            long jobs) {
        this(model, lane, reason, value, until, jobs, false);
    }

    private static String shortened(String value, int maxChars) {
        return value.length() <= maxChars ? value : value.substring(0, maxChars) + "…";
    }

    /** The jobs that are reported together. */
    public record Queue(String model, Optional<Lane> lane, WaitingReason reason) {}

    /** Returns the queue under which these jobs are reported. */
    public Queue queue() {
        return new Queue(model, lane, reason);
    }

    /** Returns these jobs as jobs of any lane. */
    public Waiting withoutLane() {
        return new Waiting(model, Optional.empty(), reason, value, until, jobs, isEstimate);
    }

    /**
     * Returns these jobs with their number.
     *
     * @param isEstimate true if the number may be a little too high
     */
    public Waiting withJobs(long number, boolean isEstimate) {
        return new Waiting(model, lane, reason, value, until, number, isEstimate);
    }

    /** Returns these jobs with a value of at most the given number of characters. */
    public Waiting withValueOf(int maxChars) {
        return new Waiting(
                model, lane, reason, shortened(value, maxChars), until, jobs, isEstimate);
    }

    /** Returns these jobs combined with others of this {@link #queue}. */
    public Waiting plus(Waiting other) {
        Optional<Instant> first =
                until.isEmpty() || other.until.filter(until.get()::isAfter).isPresent()
                        ? other.until
                        : until;
        return new Waiting(
                model,
                lane,
                reason,
                value,
                first,
                jobs + other.jobs,
                isEstimate || other.isEstimate);
    }

    /** Returns these jobs without a time in the past, because the actual time is unknown. */
    public Waiting at(Instant now) {
        return new Waiting(
                model, lane, reason, value, until.filter(now::isBefore), jobs, isEstimate);
    }

    /**
     * Returns one sentence, such as {@code qwen waits: breaker: model qwen is open since …; until
     * 2026-11-20T12:00:05Z; 12 jobs}.
     */
    public String text() {
        return (model.isEmpty() ? "jobs wait" : model + " waits")
                + lane.map(it -> " in lane " + it.word()).orElse("")
                + ": "
                + reasonText()
                + (jobs == 0
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                "; %s%,d %s",
                                isEstimate ? "about " : "",
                                jobs,
                                jobs == 1 ? "job" : "jobs"));
    }

    /** Returns reason, value and end, without model, lane and number of jobs. */
    public String reasonText() {
        return reason.word()
                + (value.isEmpty() ? "" : ": " + value)
                + until.map(it -> "; until " + it.truncatedTo(ChronoUnit.SECONDS)).orElse("");
    }

    /** Returns the fields as a JSON object. */
    public ObjectNode toJson() {
        ObjectNode json = JsonFields.object();
        if (!model.isEmpty()) {
            json.put("model", model);
        }
        lane.ifPresent(it -> json.put("lane", it.word()));
        json.put("reason", reason.word());
        json.put("value", value);
        until.ifPresent(it -> json.put("until", it.toString()));
        if (jobs > 0) {
            json.put("jobs", jobs);
        }
        if (isEstimate) {
            json.put("about", true);
        }
        return json;
    }

    /**
     * Reads the fields that {@link #toJson} writes; empty for a reason or lane of a later version.
     *
     * @throws IllegalArgumentException if a field is missing or wrong
     */
    public static Optional<Waiting> of(JsonFields json) {
        Optional<String> word = json.optionalText("lane");
        Optional<Lane> lane = word.flatMap(Lane::of);
        if (word.isPresent() && lane.isEmpty()) {
            return Optional.empty();
        }
        return WaitingReason.of(json.text("reason"))
                .map(
                        reason ->
                                new Waiting(
                                        json.optionalText("model").orElse(""),
                                        lane,
                                        reason,
                                        json.text("value"),
                                        json.optionalTime("until"),
                                        json.node().path("jobs").asLong(0),
                                        json.node().path("about").asBoolean(false)));
    }
}
