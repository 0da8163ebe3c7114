package dev.millrace.simulator.settings;

import static dev.millrace.simulator.settings.Bounds.requireAtMost;
import static dev.millrace.simulator.settings.Bounds.requireRange;
import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.yaml.binding.Conversions;
import dev.millrace.yaml.binding.Durations;
import dev.millrace.yaml.binding.RecordReader;
import dev.millrace.yaml.document.Node;
import dev.millrace.yaml.document.YamlDocument;
import dev.millrace.yaml.problem.ConfigException;
import dev.millrace.yaml.problem.Problems;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The behaviour of one model.
 *
 * @param latency time from the end of the request to the end of the answer
 * @param firstByte time to the first byte of a stream, whose remaining events are spread until
 *     {@code latency}; empty = the complete stream is sent after {@code latency}
 * @param limits limits beyond which the provider answers 429
 * @param failures rates of random failures
 * @param retryAfter the wait that a random 429 or 529 asks for
 * @param failFirst deterministic failures
 * @param serverErrorStatuses statuses of {@link Failure#SERVER_ERROR}, 500 to 599, at least one
 * @param contextWindow largest sum of prompt tokens and {@code max_tokens}; a larger request gets
 *     400 {@code context_length_exceeded}; 0 = unlimited
 * @param answerTokens shortest length of a text in tokens, up to 1,000,000, within the request's
 *     output limit
 * @param hangFor longest time that a {@link Failure#HANG} keeps the connection open, up to 24 h
 * @param stallFor how long a {@link Failure#STALL} sends nothing, up to 24 h
 * @param errorForm format of this model's error bodies
 * @param keepAlive interval of the comments in a stream that waits for its next event, up to 24 h;
 *     0 = no comments
 * @param flex the cheaper tier
 * @param promptCache the prompt cache
 */
public record ModelSettings(
        Latency latency,
        Optional<Latency> firstByte,
        LimitSettings limits,
        FailureRates failures,
        RetryAfterSetting retryAfter,
        FailFirst failFirst,
        List<Integer> serverErrorStatuses,
        int contextWindow,
        int answerTokens,
        Duration hangFor,
        Duration stallFor,
        ErrorForm errorForm,
        Duration keepAlive,
        FlexSettings flex,
        PromptCacheSettings promptCache) {
    /** Answers every call at once. */
    public static final ModelSettings DEFAULT =
            new ModelSettings(
                    Latency.NONE,
                    Optional.empty(),
                    LimitSettings.NONE,
                    FailureRates.NONE,
                    RetryAfterSetting.DEFAULT,
                    FailFirst.NONE,
                    List.of(500, 502, 503, 504),
                    0,
                    0,
                    Duration.ofMinutes(15),
                    Duration.ofSeconds(30),
                    ErrorForm.NATIVE,
                    Duration.ZERO,
                    FlexSettings.NONE,
                    PromptCacheSettings.NONE);

    private static final int MAX_ANSWER_TOKENS = 1_000_000;

    private static final Conversions CONVERSIONS =
            new Conversions()
                    .text(Latency.class, Latency::parse)
                    .form(Latency.class, Latency.Keys.class, Latency.Keys::toLatency);

    public ModelSettings {
        require(
                !serverErrorStatuses.isEmpty()
                        && serverErrorStatuses.stream().allMatch(s -> s >= 500 && s <= 599),
                "server_error_statuses",
                "must list at least one status from 500 to 599");
        requireRange("context_window", contextWindow, 0, Integer.MAX_VALUE);
        requireRange("answer_tokens", answerTokens, 0, MAX_ANSWER_TOKENS);
        requireAtMost("hang_for", hangFor, Duration.ofHours(24));
        requireAtMost("stall_for", stallFor, Duration.ofHours(24));
        requireAtMost("keep_alive", keepAlive, Duration.ofHours(24));
        serverErrorStatuses = List.copyOf(serverErrorStatuses);
    }

    /**
     * Reads one model's settings. Absent keys take their values from {@code base}.
     *
     * @throws ConfigException with every problem
     */
    public static ModelSettings parse(String json, ModelSettings base) {
        Problems problems = new Problems("settings");
        Optional<ModelSettings> read =
                YamlDocument.readJson(json, problems)
                        .flatMap(node -> read(node, "", base, problems));
        return read.filter(_ -> problems.isEmpty())
                .orElseThrow(() -> new ConfigException("The settings have", problems.inOrder()));
    }

    /** Reads one model's settings at {@code path}. Empty if they are not a section with keys. */
    static Optional<ModelSettings> read(
            Node node, String path, ModelSettings base, Problems problems) {
        return new RecordReader(CONVERSIONS, problems).read(node, path, ModelSettings.class, base);
    }

    /** Returns all settings in the form that {@link #parse} reads. */
    public ObjectNode toJson() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.set("latency", latency.toJson());
        firstByte.ifPresent(it -> node.set("first_byte", it.toJson()));
        node.set("limits", limits.toJson());
        node.set("failures", failures.toJson());
        node.set("retry_after", retryAfter.toJson());
        node.set("fail_first", failFirst.toJson());
        ArrayNode statuses = node.putArray("server_error_statuses");
        serverErrorStatuses.forEach(statuses::add);
        node.set("flex", flex.toJson());
        node.set("prompt_cache", promptCache.toJson());
        return node.put("context_window", contextWindow)
                .put("answer_tokens", answerTokens)
                .put("hang_for", Durations.format(hangFor))
                .put("stall_for", Durations.format(stallFor))
                .put("error_form", errorForm.name().toLowerCase(Locale.ROOT))
                .put("keep_alive", Durations.format(keepAlive));
    }
}
