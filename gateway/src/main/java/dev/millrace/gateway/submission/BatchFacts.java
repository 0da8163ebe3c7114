package dev.millrace.gateway.submission;

import dev.millrace.contracts.json.JsonFields;
import dev.millrace.gateway.results.BatchUsage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The stored facts of a batch. Each fact is written once, by one role, and never changed, so that
 * concurrent instances lose nothing.
 *
 * @param checked empty until the lines of the file are checked
 * @param published empty until the last line is published
 * @param cancelledAt empty unless the batch was cancelled
 * @param ended empty until the first request for the batch after its last job ended
 */
public record BatchFacts(
        Submission submission,
        Optional<Checked> checked,
        Optional<Published> published,
        Optional<Instant> cancelledAt,
        Optional<Ended> ended) {
    /**
     * Code of a batch that failed because it is unknown which lines a gateway before 2026-11-29 has
     * published.
     */
    public static final String PROGRESS_LOST = "progress_lost";

    /** Returns true if the check has found errors, so that no more lines are published. */
    public boolean isWrong() {
        return checked.filter(it -> !it.errors().isEmpty()).isPresent();
    }

    /** Returns true if more lines can be published, so that the input file is needed. */
    public boolean isUnpublished() {
        return published.isEmpty() && !isWrong();
    }

    /**
     * Returns true unless it is certain that no line was or will be published. A failed batch can
     * have published lines.
     */
    public boolean mayHavePublished() {
        if (isWrong()) {
            return published.isPresent()
                    || checked.stream()
                            .flatMap(it -> it.errors().stream())
                            .anyMatch(it -> it.code().equals(PROGRESS_LOST));
        }
        return cancelledAt.isEmpty() || checked.isPresent();
    }

    /**
     * The result of checking the file.
     *
     * @param lines number of non-blank lines
     * @param models models named by the lines; empty if unknown
     * @param errors empty if the lines are published
     * @param isRecorded false if only an offset may know the publishing progress, as of gateways
     *     before 2026-11-29
     */
    public record Checked(
            Instant at,
            long lines,
            Set<String> models,
            List<LineError> errors,
            boolean isRecorded) {
        public Checked {
            models = Set.copyOf(models);
            errors = List.copyOf(errors);
        }

        /** Creates the result of a file whose models are unknown. */
        public Checked(Instant at, long lines, List<LineError> errors) {
            this(at, lines, Set.of(), errors, false);
        }

        byte[] toJson() {
            var json = JsonFields.object();
            json.put("at", at.toString());
            json.put("lines", lines);
            json.put("recorded", isRecorded);
            var names = json.putArray("models");
            models.stream().sorted().forEach(names::add);
            var list = json.putArray("errors");
            errors.forEach(it -> list.add(it.toJson()));
            return JsonFields.bytes(json);
        }

        static Checked read(byte[] value) {
            var json = JsonFields.read(value, "the check of a batch");
            var errors = new ArrayList<LineError>();
            json.node().path("errors").forEach(it -> errors.add(LineError.read(it)));
            var models = new HashSet<String>();
            json.node().path("models").forEach(it -> models.add(it.asString()));
            return new Checked(
                    json.time("at"),
                    json.number("lines", 0),
                    models,
                    errors,
                    json.node().path("recorded").asBoolean(false));
        }
    }

    /**
     * The end of publishing.
     *
     * @param lines number of published lines; less than the file has if the batch was cancelled
     */
    public record Published(Instant at, long lines) {
        byte[] toJson() {
            var json = JsonFields.object();
            json.put("at", at.toString());
            json.put("lines", lines);
            return JsonFields.bytes(json);
        }

        static Published read(byte[] value) {
            var json = JsonFields.read(value, "the end of publishing a batch");
            return new Published(json.time("at"), json.number("lines", 0));
        }
    }

    /**
     * The final counts of a batch, which outlive the results in the sink.
     *
     * @param status {@code completed}, {@code expired} or {@code cancelled}
     * @param at when the last job ended
     * @param deadLetters number of lines that never became a job
     * @param errors number of failed jobs by error code
     * @param usage tokens and cost; empty until the sink has the cost of each job
     */
    public record Ended(
            String status,
            Instant at,
            long succeeded,
            long failed,
            long deadLetters,
            Map<String, Long> errors,
            Optional<BatchUsage> usage) {
        public Ended {
            errors = Map.copyOf(errors);
        }

        byte[] toJson() {
            var json = JsonFields.object();
            json.put("status", status);
            json.put("at", at.toString());
            json.put("succeeded", succeeded);
            json.put("failed", failed);
            json.put("dead_letters", deadLetters);
            var codes = json.putObject("errors");
            errors.forEach(codes::put);
            usage.ifPresent(it -> it.writeTo(json.putObject("usage")));
            return JsonFields.bytes(json);
        }

        static Ended read(byte[] value) {
            var json = JsonFields.read(value, "the end of a batch");
            var errors = new HashMap<String, Long>();
            json.node()
                    .path("errors")
                    .properties()
                    .forEach(it -> errors.put(it.getKey(), it.getValue().asLong(0)));
            return new Ended(
                    json.text("status"),
                    json.time("at"),
                    json.number("succeeded", 0),
                    json.number("failed", 0),
                    json.number("dead_letters", 0),
                    errors,
                    Optional.of(json.node().path("usage"))
                            .filter(JsonNode::isObject)
                            .map(BatchUsage::read));
        }
    }
}
