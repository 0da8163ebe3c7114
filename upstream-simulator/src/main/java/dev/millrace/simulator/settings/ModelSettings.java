package dev.millrace.simulator.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How one model behaves.
 *
 * @param latency time from the end of the request to the end of the answer
 * @param firstByte time to the first byte of a stream, the rest following until {@code latency};
 *     null = the whole stream comes when {@code latency} is over
 * @param limits what is taken before a 429
 * @param failures what goes wrong by chance
 * @param retryAfter how a 429 or 529 by chance tells the wait
 * @param failFirst what goes wrong without chance
 * @param serverErrorStatuses a {@link Failure#SERVER_ERROR} is one of these, 500 to 599, at least
 *     one
 * @param contextWindow tokens of prompt and {@code max_tokens} above which 400 {@code
 *     context_length_exceeded} is answered; 0 = without limit
 * @param hangFor how long a {@link Failure#HANG} keeps the connection open when the client stays,
 *     up to 24 h
 */
public record ModelSettings(
        Latency latency,
        @Nullable Latency firstByte,
        Limits limits,
        FailureRates failures,
        RetryAfter retryAfter,
        FailFirst failFirst,
        List<Integer> serverErrorStatuses,
        int contextWindow,
        Duration hangFor) {
    /** Answers everything at once. */
    public static final ModelSettings DEFAULT =
            new ModelSettings(
                    Latency.NONE,
                    null,
                    Limits.NONE,
                    FailureRates.NONE,
                    RetryAfter.DEFAULT,
                    FailFirst.NONE,
                    List.of(500, 502, 503, 504),
                    0,
                    Duration.ofMinutes(15));

    public ModelSettings {
        new Checks()
                .require(
                        !serverErrorStatuses.isEmpty()
                                && serverErrorStatuses.stream().allMatch(s -> s >= 500 && s <= 599),
                        "server_error_statuses",
                        "must be statuses from 500 to 599, at least one")
                .range("context_window", contextWindow, 0, Integer.MAX_VALUE)
                .duration("hang_for", hangFor, Duration.ofHours(24))
                .done();
        serverErrorStatuses = List.copyOf(serverErrorStatuses);
    }

    /**
     * Reads one model's settings; keys that are not given are those of {@code base}.
     *
     * @throws SettingsException with every problem, paths relative to {@code json}
     */
    public static ModelSettings parse(JsonNode json, ModelSettings base) {
        List<Problem> problems = new ArrayList<>();
        ModelSettings read =
                read(
                        new SettingsNode(
                                json,
                                "",
                                (path, message) -> problems.add(new Problem(path, message))),
                        base);
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return read;
    }

    static ModelSettings read(SettingsNode node, ModelSettings base) {
        Latency latency = Latency.read(node, "latency", base.latency);
        Latency firstByte =
                node.has("first_byte")
                        ? Latency.read(node, "first_byte", Latency.NONE)
                        : base.firstByte;
        Limits limits = Limits.read(node.object("limits"), base.limits);
        FailureRates failures = FailureRates.read(node.object("failures"), base.failures);
        RetryAfter retryAfter = RetryAfter.read(node.object("retry_after"), base.retryAfter);
        FailFirst failFirst = FailFirst.read(node.object("fail_first"), base.failFirst);
        List<Integer> statuses = node.integers("server_error_statuses", base.serverErrorStatuses);
        int contextWindow = node.integer("context_window", base.contextWindow);
        Duration hangFor = node.duration("hang_for", base.hangFor);
        node.done();
        return node.build(
                "",
                () ->
                        new ModelSettings(
                                latency,
                                firstByte,
                                limits,
                                failures,
                                retryAfter,
                                failFirst,
                                statuses,
                                contextWindow,
                                hangFor),
                base);
    }

    /** All of the settings in the form that {@link #parse} reads. */
    public ObjectNode toJson() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.set("latency", latency.toJson());
        if (firstByte != null) {
            node.set("first_byte", firstByte.toJson());
        }
        node.set("limits", limits.toJson());
        node.set("failures", failures.toJson());
        node.set("retry_after", retryAfter.toJson());
        node.set("fail_first", failFirst.toJson());
        ArrayNode statuses = node.putArray("server_error_statuses");
        serverErrorStatuses.forEach(statuses::add);
        return node.put("context_window", contextWindow).put("hang_for", Durations.format(hangFor));
    }
}
