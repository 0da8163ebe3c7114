package dev.millrace.standalone.audit.log;

import dev.millrace.contracts.money.ServiceTier;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The parts of an entry, besides its tokens, that determine its cost. */
final class LoggedService {
    private static final String BATCH = "batch";

    /** Names of the tier. Anthropic's console calls it the type of usage. */
    private static final List<String> TIERS = List.of("service_tier", "usage_type");

    /** Objects within an entry that may name the tier, the most reliable first. */
    private static final List<String> PLACES =
            List.of("usage", "metadata", "model_parameters", "request");

    /** Other types of usage are kinds of content. */
    private static final Pattern TIER = Pattern.compile("[a-z0-9_-]{1,40}");

    private static final List<String> TOOL_COUNTS =
            List.of("web_search_count", "web_search_requests", "num_search_queries");

    /** Output items that represent a call of a separately priced tool. */
    private static final Pattern TOOL_CALL =
            Pattern.compile("(?:web_search|file_search|code_interpreter|image_generation)_call");

    private LoggedService() {}

    /**
     * Returns the service tier in lower case; null for the standard tier. The answer's tier takes
     * precedence over the request's.
     */
    static @Nullable String tier(JsonNode root, LogFields fields, LogFields answer) {
        if (isOfBatch(root, fields)) {
            return BATCH;
        }
        return Stream.of(answer, fields)
                .flatMap(LoggedService::named)
                .findFirst()
                .filter(it -> !ServiceTier.isStandard(it))
                .orElse(null);
    }

    /** Returns true for OpenAI's batch object, line of a batch's output, and sum of batches. */
    private static boolean isOfBatch(JsonNode root, LogFields fields) {
        boolean isOutput =
                root.has("custom_id") && root.path("response").has("body") && !root.has("millrace");
        boolean isResult = root.has("custom_id") && root.path("result").has("message");
        return isOutput
                || isResult
                || root.path("object").asString("").equals(BATCH)
                || text(fields.get(BATCH)).equals("true");
    }

    private static Stream<String> named(LogFields fields) {
        var inner =
                PLACES.stream()
                        .map(fields::object)
                        .flatMap(it -> Stream.of(it, it.path("usage_object")))
                        .filter(JsonNode::isObject)
                        .map(LogFields::new);
        return Stream.concat(inner, Stream.of(fields)).flatMap(it -> ownTier(it).stream());
    }

    private static Optional<String> ownTier(LogFields fields) {
        if (text(fields.get("speed")).equals("fast")) {
            return Optional.of("fast");
        }
        return fields.first(TIERS)
                .map(LoggedService::text)
                .filter(it -> TIER.matcher(it).matches());
    }

    private static String text(JsonNode node) {
        return node.asString("").strip().toLowerCase(Locale.ROOT);
    }

    /** Returns true if the provider ran tools that it charges for by the call. */
    static boolean hasToolCalls(LogFields fields, LogFields answer) {
        return Stream.of(fields, answer)
                        .flatMap(it -> Stream.of(it.object("usage"), it.object("server_tool_use")))
                        .map(LogFields::new)
                        .flatMap(it -> Stream.of(it, new LogFields(it.object("server_tool_use"))))
                        .anyMatch(LoggedService::hasPositive)
                || hasPositive(fields)
                || StreamSupport.stream(answer.get("output").spliterator(), false)
                        .anyMatch(it -> TOOL_CALL.matcher(text(it.path("type"))).matches());
    }

    private static boolean hasPositive(LogFields fields) {
        return fields.first(TOOL_COUNTS)
                .filter(it -> text(it).matches("0*[1-9]\\d*(?:\\.\\d+)?"))
                .isPresent();
    }
}
