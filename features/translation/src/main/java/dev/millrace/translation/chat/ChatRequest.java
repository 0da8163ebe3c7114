package dev.millrace.translation.chat;

import dev.millrace.translation.field.Fields;
import dev.millrace.translation.field.Findings;
import dev.millrace.wire.call.ToolCallIds;
import dev.millrace.wire.json.JsonTree;
import dev.millrace.wire.translate.Translation.Target;
import java.math.BigDecimal;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.ObjectNode;

/** Translates a chat completions request into a messages request. */
public final class ChatRequest {
    private static final String MAX_TOKENS = "max_tokens";
    private static final String MAX_COMPLETION_TOKENS = "max_completion_tokens";
    private static final String TEMPERATURE = "temperature";
    private static final String TOP_P = "top_p";
    private static final String USER = "user";
    private static final String SAFETY_IDENTIFIER = "safety_identifier";

    private final Fields request;
    private final ObjectNode translated = JsonTree.object();

    private ChatRequest(Fields request) {
        this.request = request;
    }

    /**
     * Translates the body. The result counts only if nothing was refused.
     *
     * @param findings collects the fields that could not be carried
     */
    public static ObjectNode translate(ObjectNode body, Target target, Findings findings) {
        var request = Fields.open(ChatRequestTable.FIELDS, body, "body", findings);
        return new ChatRequest(request).translate(target);
    }

    private ObjectNode translate(Target target) {
        translated.put("model", target.model());
        translated.set(MAX_TOKENS, maxTokens(target));
        var ids = new ToolCallIds(target.toolCallIds().orElse(ToolCallIds.OF_MESSAGES));
        new ChatMessages(request, ids).translateTo(translated);
        new ChatTools(request).translateTo(translated);
        translateSampling();
        request.value("stop").ifPresent(this::translateStop);
        translateOutputConfig();
        translateUser();
        translateServiceTier();
        request.copy("stream", translated);
        return translated;
    }

    private JsonNode maxTokens(Target target) {
        Optional<JsonNode> older = request.value(MAX_TOKENS);
        Optional<JsonNode> limit = request.value(MAX_COMPLETION_TOKENS).or(() -> older);
        if (older.isPresent() && !older.equals(limit)) {
            request.refuse(MAX_TOKENS, "must equal max_completion_tokens if both are given");
        }
        String key = request.has(MAX_COMPLETION_TOKENS) ? MAX_COMPLETION_TOKENS : MAX_TOKENS;
        if (limit.isPresent() && !request.isLimit(key)) {
            request.refuse(key, "must be a whole number, 1 or more");
        }
        return limit.orElseGet(() -> LongNode.valueOf(target.defaultMaxTokens()));
    }

    private void translateSampling() {
        request.number(TEMPERATURE)
                .filter(it -> it.compareTo(BigDecimal.ONE) > 0)
                .ifPresent(_ -> request.refuse(TEMPERATURE, "must be 0 to 1 for messages"));
        request.copy(TEMPERATURE, translated);
        request.copy(TOP_P, translated);
        if (translated.has(TEMPERATURE) && translated.has(TOP_P)) {
            keepOneOfBoth();
        }
    }

    /**
     * Leaves out a temperature or top_p of 1, which has no effect. Anthropic's models since Opus
     * 4.1 refuse a request with both.
     *
     * @see <a href="https://github.com/BerriAI/litellm/issues/15097">The error</a>
     */
    private void keepOneOfBoth() {
        if (isOne(TOP_P)) {
            translated.remove(TOP_P);
        } else if (isOne(TEMPERATURE)) {
            translated.remove(TEMPERATURE);
        } else {
            request.refuse(TOP_P, "must not be given beside a temperature: messages take one");
        }
    }

    private boolean isOne(String key) {
        return request.number(key).filter(it -> it.compareTo(BigDecimal.ONE) == 0).isPresent();
    }

    private void translateStop(JsonNode stop) {
        ArrayNode sequences = stop instanceof ArrayNode array ? array : JsonTree.array().add(stop);
        for (JsonNode sequence : sequences) {
            if (sequence.asString("").isBlank()) {
                request.refuse("stop", "must not hold a blank sequence");
            }
        }
        if (!sequences.isEmpty()) {
            translated.set("stop_sequences", sequences);
        }
    }

    private void translateOutputConfig() {
        ObjectNode config = JsonTree.object();
        request.text("reasoning_effort").ifPresent(effort -> translateEffort(effort, config));
        ResponseFormat.translate(request).ifPresent(format -> config.set("format", format));
        if (!config.isEmpty()) {
            translated.set("output_config", config);
        }
    }

    private void translateEffort(String effort, ObjectNode config) {
        switch (effort) {
            case "none" -> translated.putObject("thinking").put("type", "disabled");
            case "low", "medium", "high", "xhigh", "max" -> config.put("effort", effort);
            default -> request.refuse("reasoning_effort", "has no counterpart for " + effort);
        }
    }

    private void translateUser() {
        Optional<String> user = request.text(USER);
        Optional<String> identifier = request.text(SAFETY_IDENTIFIER);
        if (user.isPresent() && identifier.isPresent() && !user.equals(identifier)) {
            request.refuse(SAFETY_IDENTIFIER, "must equal user: messages have one id");
        }
        user.or(() -> identifier)
                .ifPresent(id -> translated.putObject("metadata").put("user_id", id));
    }

    private void translateServiceTier() {
        request.text("service_tier")
                .ifPresent(
                        tier -> {
                            switch (tier) {
                                case "auto" -> {}
                                case "default" -> translated.put("service_tier", "standard_only");
                                default ->
                                        request.refuse(
                                                "service_tier", "has no counterpart for " + tier);
                            }
                        });
    }
}
