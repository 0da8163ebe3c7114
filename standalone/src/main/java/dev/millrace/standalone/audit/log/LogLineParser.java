package dev.millrace.standalone.audit.log;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.yaml.document.SyntaxProblem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Parses an entry of a usage log. Recognizes the format by the names of the keys, so that a log may
 * mix formats.
 */
final class LogLineParser {
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    /** Keys of a list of entries within a page of an interface, or within a bucket of time. */
    private static final List<String> LISTS = List.of("data", "results", "rows", "logs");

    /** States of failed requests, including HTTP status codes. */
    private static final Pattern FAILED = Pattern.compile("(?i)failure|failed|error|[45]\\d\\d");

    /** Types of results of Anthropic's batches that are no message. */
    private static final Pattern ENDED = Pattern.compile("canceled|expired");

    private static final Pattern TRUE = Pattern.compile("(?i)true|t|1|yes");

    /** Levels of lists: a page has buckets, which have results. */
    private static final int MAX_LEVELS = 3;

    /** Returns the content of a line: an entry, a list of entries, or a page of an interface. */
    List<LogLine> parse(byte[] line) {
        List<LogLine> found = new ArrayList<>();
        try {
            addAll(JSON.readTree(line), Optional.empty(), MAX_LEVELS, found);
        } catch (JacksonException e) {
            found.add(new LogLine.Unreadable("is not JSON: " + SyntaxProblem.describe(e)));
        }
        return found;
    }

    /** Returns the content of an entry. */
    LogLine parse(JsonNode entry) {
        return parse(entry, Optional.empty());
    }

    private static void addAll(
            JsonNode node, Optional<LogLine.Period> bucket, int levels, List<LogLine> found) {
        Optional<JsonNode> inner = levels > 0 ? list(node) : Optional.empty();
        if (inner.isEmpty()) {
            found.add(parse(node, bucket));
            return;
        }
        Optional<LogLine.Period> period = bucket(node).or(() -> bucket);
        for (JsonNode item : inner.get()) {
            addAll(item, period, levels - 1, found);
        }
    }

    /** Returns the list that a node is or holds; empty for an entry. */
    private static Optional<JsonNode> list(JsonNode node) {
        if (node.isArray()) {
            return Optional.of(node);
        }
        return LISTS.stream()
                .map(node::path)
                .filter(it -> it.isArray() && !isOfEmbeddings(it) && !LoggedUsage.isIn(node))
                .findFirst();
    }

    private static boolean isOfEmbeddings(JsonNode list) {
        return list.path(0).has("embedding");
    }

    /** Returns the time that a bucket of sums covers. */
    private static Optional<LogLine.Period> bucket(JsonNode node) {
        var fields = new LogFields(node);
        return LogTime.start(fields)
                .flatMap(
                        from ->
                                LogTime.end(fields)
                                        .map(it -> new LogLine.Period(from.time(), it.time())));
    }

    private static LogLine parse(JsonNode entry, Optional<LogLine.Period> bucket) {
        if (!entry.isObject()) {
            return new LogLine.Unreadable("is not a JSON object");
        }
        try {
            return parseObject(entry, bucket);
        } catch (IllegalArgumentException e) {
            return new LogLine.Unreadable(String.valueOf(e.getMessage()));
        }
    }

    private static LogLine parseObject(JsonNode root, Optional<LogLine.Period> bucket) {
        if (root.has("event_id") && root.has("kind") && root.has("cost_usd")) {
            return costEvent(CostEventCodec.read(root.toString().getBytes(StandardCharsets.UTF_8)));
        }
        var fields = new LogFields(root);
        JsonNode cache = root.path("millrace").path("cache");
        boolean isAnswered = cache.isMissingNode() || cache.asString("").equals("miss");
        if (!isAnswered || isTrue(fields.get("cache_hit"))) {
            return new LogLine.NotBilled("answers from the cache");
        }
        JsonNode answer = answer(root, fields);
        Optional<LoggedUsage> usage = LoggedUsage.find(root, answer);
        boolean isFailure = isFailure(root, fields, answer);
        if (usage.isEmpty() || (isFailure && usage.get().isZero())) {
            return isFailure
                    ? new LogLine.NotBilled("failed requests")
                    : new LogLine.Unreadable(LoggedUsage.reasonWithout(root));
        }
        return new LogEntryReader(root, fields, answer, usage.get(), bucket).read();
    }

    private static LogLine costEvent(CostEvent event) {
        return switch (event.kind()) {
            case BILLED ->
                    LogLine.Billed.request(
                            LogEntryReader.name(event.model()),
                            event.usage(),
                            event.cost().usage().service().tier(),
                            Optional.of(event.costUsd()),
                            Optional.empty(),
                            Optional.of(
                                    Objects.requireNonNullElse(event.cost().usage().period(), "")));
            case SAVED -> new LogLine.NotBilled("answers from the cache");
            case UNCERTAIN -> new LogLine.NotBilled("attempts that may have been billed");
            case NONE -> new LogLine.NotBilled("jobs that ended without a bill");
        };
    }

    /**
     * Returns the provider's answer within an entry: the body of a batch's response, the message of
     * an Anthropic batch result, the answer next to its request, or the entry itself.
     */
    private static JsonNode answer(JsonNode root, LogFields fields) {
        JsonNode response = fields.object("response");
        return Stream.of(
                        LogFields.object(response.path("body")),
                        root.path("result").path("message"),
                        response)
                .filter(JsonNode::isObject)
                .findFirst()
                .orElse(root);
    }

    private static boolean isFailure(JsonNode root, LogFields fields, JsonNode answer) {
        return Stream.of(root.path("error"), answer.path("error")).anyMatch(JsonNode::isObject)
                || matches(FAILED, fields.get("status"))
                || root.path("result").path("error").isObject()
                || matches(ENDED, root.path("result").path("type"));
    }

    /** Databases export booleans as {@code true}, {@code "True"}, {@code "t"} or {@code 1}. */
    private static boolean isTrue(JsonNode node) {
        return node.isBoolean() ? node.booleanValue() : matches(TRUE, node);
    }

    private static boolean matches(Pattern pattern, JsonNode node) {
        return !node.isMissingNode() && pattern.matcher(node.asString("").strip()).matches();
    }
}
