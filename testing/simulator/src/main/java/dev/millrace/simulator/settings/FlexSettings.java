package dev.millrace.simulator.settings;

import static dev.millrace.yaml.problem.Violation.require;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tier that {@code "service_tier": "flex"} requests, on OpenAI's wire: cheaper, slower, and
 * refused while the provider is busy.
 *
 * @param refused probability of a refusal, 0 to 1, in each of equal parts of the day, from 0:00
 *     UTC; empty = the field is ignored
 * @param signature the provider whose refusal is imitated
 * @param latency time to the complete answer; empty = that of the standard tier
 */
public record FlexSettings(List<Double> refused, Signature signature, Optional<Latency> latency) {
    /** There is no such tier. */
    public static final FlexSettings NONE =
            new FlexSettings(List.of(), Signature.OPENAI, Optional.empty());

    private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

    /** The refusal of a provider. None is billed. */
    public enum Signature {
        /**
         * 429 <a href="https://developers.openai.com/api/docs/guides/flex-processing">resource
         * unavailable</a> (2026-11).
         */
        OPENAI,
        /**
         * 400, of models <a
         * href="https://learn.microsoft.com/azure/foundry/openai/how-to/flex-processing">without
         * the tier</a> (2026-11).
         */
        AZURE,
        /**
         * 498 <a href="https://console.groq.com/docs/flex-processing">capacity_exceeded</a>
         * (2026-11).
         */
        GROQ,
        /**
         * 503 or 429, of <a
         * href="https://ai.google.dev/gemini-api/docs/flex-inference">capacity</a> (2026-11).
         */
        GEMINI
    }

    public FlexSettings {
        require(
                refused.stream().allMatch(it -> it >= 0 && it <= 1),
                "refused",
                "must list probabilities 0 to 1");
        refused = List.copyOf(refused);
    }

    /** Returns true if the tier exists. */
    public boolean isServed() {
        return !refused.isEmpty();
    }

    /** Returns the probability of a refusal at a time; 0 if there is no such tier. */
    public double refusedAt(Instant time) {
        long millis = Math.floorMod(time.toEpochMilli(), DAY_MILLIS);
        return isServed() ? refused.get((int) (millis * refused.size() / DAY_MILLIS)) : 0;
    }

    ObjectNode toJson() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ArrayNode shares = node.putArray("refused");
        refused.forEach(shares::add);
        node.put("signature", signature.name().toLowerCase(Locale.ROOT));
        latency.ifPresent(it -> node.set("latency", it.toJson()));
        return node;
    }
}
