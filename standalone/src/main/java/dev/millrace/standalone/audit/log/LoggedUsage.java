package dev.millrace.standalone.audit.log;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.usage.ReportedCounts;
import dev.millrace.contracts.usage.ReportedUsage;
import dev.millrace.contracts.usage.UsageRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The token counts of an entry for one request or a sum of requests.
 *
 * @param isSum true if the entry is a sum, even of one request
 */
record LoggedUsage(ReportedCounts counts, boolean isSum) {
    private static final JsonMapper JSON = new JsonMapper();

    /** Keys of the object with the counts, the most reliable first. */
    private static final List<String> PLACES =
            List.of("usage", "usageDetails", "usageMetadata", "usage_metadata", "token_usage");

    /** Prefix of the types of OpenAI's sums by bucket. */
    private static final String OPENAI_SUMS = "organization.";

    /**
     * Finds the counts of an entry; empty for an entry without counts.
     *
     * @throws IllegalArgumentException if the counts are not tokens
     */
    static Optional<LoggedUsage> find(JsonNode root, JsonNode answer) {
        List<ReportedCounts> all = new ArrayList<>();
        addCounts(answer, all);
        if (!answer.equals(root)) {
            addCounts(root, all);
        }
        Optional<ReportedCounts> found = all.stream().filter(ReportedCounts::hasTokens).findFirst();
        found.ifPresent(
                it -> all.stream().filter(further -> further != it).forEach(it::completeFrom));
        return found.map(it -> new LoggedUsage(it, isSum(root, it)));
    }

    /** Returns true if an object itself has counts. */
    static boolean isIn(JsonNode object) {
        List<ReportedCounts> all = new ArrayList<>();
        addCounts(object, all);
        return all.stream().anyMatch(ReportedCounts::hasTokens);
    }

    /**
     * Adds the counts of every object that may hold the counts of an entry, the most reliable
     * first. LiteLLM keeps the provider's own counts in the metadata.
     */
    private static void addCounts(JsonNode object, List<ReportedCounts> all) {
        var fields = new LogFields(object);
        PLACES.forEach(it -> addCounts(fields.object(it), it, all));
        addCounts(object, "", all);
        JsonNode metadata = fields.object("metadata");
        if (metadata.isObject()) {
            var inner = new LogFields(metadata);
            addCounts(inner.object("usage_object"), "", all);
            addCounts(inner.object("additional_usage_values"), "", all);
        }
    }

    private static void addCounts(JsonNode object, String place, List<ReportedCounts> all) {
        if (object.isObject()) {
            all.add(read(object, place));
        }
    }

    private static ReportedCounts read(JsonNode object, String place) {
        String unit = object.path("unit").asString("TOKENS");
        if (!unit.equalsIgnoreCase("TOKENS")) {
            throw new IllegalArgumentException("counts " + unit + ", not tokens");
        }
        try (JsonParser json = JSON.treeAsTokens(object)) {
            json.nextToken();
            return ReportedCounts.read(json, place);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("has counts that cannot be read", e);
        }
    }

    private static boolean isSum(JsonNode root, ReportedCounts counts) {
        return counts.requests().isPresent()
                || isBatch(root)
                || root.path("object").asString("").startsWith(OPENAI_SUMS)
                || counts.isOfSums();
    }

    private static boolean isBatch(JsonNode root) {
        return root.path("object").asString("").equals("batch");
    }

    /** Returns the number of requests of a sum; empty if it is not reported. */
    OptionalLong requests(JsonNode root) {
        JsonNode completed = root.path("request_counts").path("completed");
        return isBatch(root) && completed.isIntegralNumber()
                ? OptionalLong.of(Math.max(0, completed.longValue()))
                : counts.requests();
    }

    boolean isZero() {
        return usage(null, true).isZero();
    }

    ReportedUsage usage(@Nullable Endpoint endpoint, boolean asSum) {
        return asSum ? UsageRules.ofSum(counts) : UsageRules.ofRequest(counts, endpoint);
    }

    /** Returns why an entry without counts is not understood. */
    static String reasonWithout(JsonNode root) {
        return root.path("object").asString("").startsWith(OPENAI_SUMS)
                ? "is a sum of many requests without token counts"
                : "has no token counts, such as usage.input_tokens";
    }
}
