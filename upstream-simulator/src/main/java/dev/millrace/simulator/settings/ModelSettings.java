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
 * The behaviour of one model.
 *
 * @param latency time from the end of the request to the end of the answer
 * @param firstByte time to the first byte of a stream, whose remaining events are spread until
 *     {@code latency}; null = the complete stream is sent after {@code latency}
 * @param limits limits beyond which the provider answers 429
 * @param failures rates of random failures
 * @param retryAfter the wait that a random 429 or 529 asks for
 * @param failFirst deterministic failures
 * @param serverErrorStatuses statuses of {@link Failure#SERVER_ERROR}, 500 to 599, at least one
 * @param contextWindow largest sum of prompt tokens and {@code max_tokens}; a larger request gets
 *     400 {@code context_length_exceeded}; 0 = unlimited
 * @param hangFor longest time that a {@link Failure#HANG} keeps the connection open, up to 24 h
 */
public record ModelSettings(
        Latency latency,
        @Nullable Latency firstByte,
        LimitSettings limits,
        FailureRates failures,
        RetryAfter retryAfter,
        FailFirst failFirst,
        List<Integer> serverErrorStatuses,
        int contextWindow,
        Duration hangFor) {
    /** Answers every call at once. */
    public static final ModelSettings DEFAULT =
            new ModelSettings(
                    Latency.NONE,
                    null,
                    LimitSettings.NONE,
                    FailureRates.NONE,
                    RetryAfter.DEFAULT,
                    FailFirst.NONE,
                    List.of(500, 502, 503, 504),
                    0,
                    Duration.ofMinutes(15));

    public ModelSettings {
        new SettingsValidator()
                .require(
                        !serverErrorStatuses.isEmpty()
                                && serverErrorStatuses.stream().allMatch(s -> s >= 500 && s <= 599),
                        "server_error_statuses",
                        "must list at least one status from 500 to 599")
                .range("context_window", contextWindow, 0, Integer.MAX_VALUE)
                .duration("hang_for", hangFor, Duration.ofHours(24))
                .throwIfInvalid();
        serverErrorStatuses = List.copyOf(serverErrorStatuses);
    }

    /**
     * Reads one model's settings. Absent keys take their values from {@code base}.
     *
     * @throws SettingsException with every problem; paths are relative to {@code json}
     */
    public static ModelSettings parse(JsonNode json, ModelSettings base) {
        List<SettingsProblem> problems = new ArrayList<>();
        ModelSettings read =
                read(
                        new SettingsNode(
                                json,
                                "",
                                (path, message) ->
                                        problems.add(new SettingsProblem(path, message))),
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
        LimitSettings limits = LimitSettings.read(node.object("limits"), base.limits);
        FailureRates failures = FailureRates.read(node.object("failures"), base.failures);
        RetryAfter retryAfter = RetryAfter.read(node.object("retry_after"), base.retryAfter);
        FailFirst failFirst = FailFirst.read(node.object("fail_first"), base.failFirst);
        List<Integer> statuses = node.integers("server_error_statuses", base.serverErrorStatuses);
        int contextWindow = node.integer("context_window", base.contextWindow);
        Duration hangFor = node.duration("hang_for", base.hangFor);
        node.rejectUnknownKeys();
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

    /** Returns all settings in the form that {@link #parse} reads. */
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
