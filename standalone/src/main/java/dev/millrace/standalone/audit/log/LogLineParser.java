package dev.millrace.standalone.audit.log;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.reader.document.SyntaxProblem;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Parses a line of a usage log. Recognizes the format by the names of the keys, so that a log may
 * mix formats.
 */
public final class LogLineParser {
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    /** Longest accepted name of a model, in characters. */
    private static final int MAX_NAME = 256;

    /** Maximum digits before and after the decimal point of an amount of money. */
    private static final int MAX_DIGITS = 100;

    /** Returns the content of a line. */
    public LogLine parse(byte[] line) {
        try {
            JsonNode root = JSON.readTree(line);
            if (root.isArray()) {
                return new LogLine.Unreadable(
                        "is a JSON array; write each of its objects on a line of its own, for"
                                + " example with jq -c '.[]'");
            }
            return root.isObject()
                    ? parse(root, line)
                    : new LogLine.Unreadable("is not a JSON object");
        } catch (JacksonException e) {
            return new LogLine.Unreadable("is not JSON: " + SyntaxProblem.describe(e));
        } catch (IllegalArgumentException e) {
            return new LogLine.Unreadable(String.valueOf(e.getMessage()));
        }
    }

    private static LogLine parse(JsonNode root, byte[] line) {
        if (root.has("event_id") && root.has("kind") && root.has("cost_usd")) {
            return costEvent(CostEventCodec.read(line));
        }
        JsonNode millrace = root.path("millrace");
        if (millrace.has("cache") && !millrace.path("cache").asString("").equals("miss")) {
            return new LogLine.NotBilled("answers from the cache");
        }
        JsonNode answer = answer(root);
        JsonNode usage = UsageCounts.find(answer).or(() -> UsageCounts.find(root)).orElse(null);
        if (usage == null) {
            return isFailure(root, answer)
                    ? new LogLine.NotBilled("failed requests")
                    : new LogLine.Unreadable("has no token counts, such as usage.input_tokens");
        }
        if (isTrue(root.path("cache_hit"))) {
            return new LogLine.NotBilled("answers from the cache");
        }
        var tokens = UsageCounts.of(usage);
        if (tokens.totalTokens() == 0 && isFailure(root, answer)) {
            return new LogLine.NotBilled("failed requests");
        }
        return new LogLine.Billed(
                model(millrace, answer, root), tokens, spentUsd(root), LogTime.find(root, answer));
    }

    private static LogLine costEvent(CostEvent event) {
        return switch (event.kind()) {
            case BILLED ->
                    new LogLine.Billed(
                            name(event.model()),
                            event.usage(),
                            Optional.of(event.costUsd()),
                            Optional.empty());
            case SAVED -> new LogLine.NotBilled("answers from the cache");
            case UNCERTAIN -> new LogLine.NotBilled("attempts that may have been billed");
            case NONE -> new LogLine.NotBilled("jobs that ended without a bill");
        };
    }

    /**
     * Returns the provider's answer within a line: the body of a batch's response, the message of
     * an Anthropic batch result, the answer next to its request, or the line itself.
     */
    private static JsonNode answer(JsonNode root) {
        return Stream.of(
                        root.path("response").path("body"),
                        root.path("result").path("message"),
                        root.path("response"))
                .filter(JsonNode::isObject)
                .findFirst()
                .orElse(root);
    }

    private static boolean isFailure(JsonNode root, JsonNode answer) {
        return Stream.of(root.path("error"), answer.path("error")).anyMatch(JsonNode::isObject)
                || root.path("status").asString("").equals("failure")
                || root.path("result").path("error").isObject()
                || root.path("result").path("type").asString("").matches("canceled|expired");
    }

    /** LiteLLM writes {@code cache_hit} as a boolean or as text. */
    private static boolean isTrue(JsonNode node) {
        return node.isBoolean() ? node.booleanValue() : node.asString("").equals("True");
    }

    private static String model(JsonNode... places) {
        for (JsonNode place : places) {
            JsonNode model = place.path("model");
            if (model.isString() && !model.stringValue().isBlank()) {
                return name(model.stringValue());
            }
        }
        return name(null);
    }

    private static String name(@Nullable String model) {
        if (model == null) {
            throw new IllegalArgumentException("has no model");
        }
        if (model.length() > MAX_NAME) {
            throw new IllegalArgumentException(
                    "has a model name of more than " + MAX_NAME + " characters");
        }
        return model.strip();
    }

    private static Optional<BigDecimal> spentUsd(JsonNode root) {
        return Stream.of(
                        root.path("spend"),
                        root.path("response_cost"),
                        root.path("cost_usd"),
                        root.path("millrace").path("cost_usd"))
                .filter(JsonNode::isNumber)
                .findFirst()
                .map(LogLineParser::amount);
    }

    private static BigDecimal amount(JsonNode node) {
        BigDecimal amount = node.decimalValue();
        if (amount.signum() < 0
                || amount.precision() > MAX_DIGITS
                || Math.abs((long) amount.scale()) > MAX_DIGITS) {
            throw new IllegalArgumentException("has an implausible cost");
        }
        return amount;
    }
}
