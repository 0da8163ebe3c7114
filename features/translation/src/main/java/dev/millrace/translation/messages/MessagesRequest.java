package dev.millrace.translation.messages;

import dev.millrace.translation.field.Fields;
import dev.millrace.translation.field.Findings;
import dev.millrace.translation.field.StrictSchema;
import dev.millrace.wire.call.ToolCallIds;
import dev.millrace.wire.json.JsonTree;
import dev.millrace.wire.translate.Translation.Target;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Translates a messages request into a chat completions request. */
public final class MessagesRequest {
    private static final int MAX_STOP_SEQUENCES = 4;
    private static final String MAX_TOKENS = "max_tokens";
    private static final String STOP_SEQUENCES = "stop_sequences";
    private static final String JSON_SCHEMA = "json_schema";
    private static final String REASONING_EFFORT = "reasoning_effort";

    /** Names that chat completions accept for a response format. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

    private static final String DEFAULT_NAME = "answer";

    private final Fields request;
    private final ObjectNode translated = JsonTree.object();

    private MessagesRequest(Fields request) {
        this.request = request;
    }

    /**
     * Translates the body. The result counts only if nothing was refused.
     *
     * @param findings collects the fields that could not be carried
     */
    public static ObjectNode translate(ObjectNode body, Target target, Findings findings) {
        var request = Fields.open(MessagesRequestTable.FIELDS, body, "body", findings);
        return new MessagesRequest(request).translate(target);
    }

    private ObjectNode translate(Target target) {
        translated.put("model", target.model());
        translateLimit(target);
        var ids = new ToolCallIds(target.toolCallIds().orElse(ToolCallIds.OF_CHAT));
        new MessageTurns(request, ids).translateTo(translated);
        new MessagesTools(request).translateTo(translated);
        request.copy("temperature", translated);
        request.copy("top_p", translated);
        translateStop();
        translateThinking();
        request.object("output_config").ifPresent(this::translateOutputConfig);
        request.object("metadata").ifPresent(it -> it.copy("user_id", translated, "user"));
        translateServiceTier();
        request.copy("stream", translated);
        return translated;
    }

    private void translateLimit(Target target) {
        if (!request.isLimit(MAX_TOKENS)) {
            request.refuse(MAX_TOKENS, "must be a whole number, 1 or more");
        }
        request.copy(MAX_TOKENS, translated, target.limitKey());
    }

    private void translateStop() {
        JsonNode sequences = request.value(STOP_SEQUENCES).orElseGet(JsonTree::array);
        if (sequences.size() > MAX_STOP_SEQUENCES) {
            request.refuse(STOP_SEQUENCES, "must be at most 4 for chat completions");
        }
        if (!sequences.isArray() || !sequences.isEmpty()) {
            translated.set("stop", sequences);
        }
    }

    /** Sets the effort of disabled thinking, which an explicit effort replaces. */
    private void translateThinking() {
        request.variant("thinking", "type")
                .ifPresent(_ -> translated.put(REASONING_EFFORT, "none"));
    }

    private void translateOutputConfig(Fields config) {
        if (config.has("effort") && translated.has(REASONING_EFFORT)) {
            config.refuse("effort", "contradicts disabled thinking for chat completions");
        }
        config.copy("effort", translated, REASONING_EFFORT);
        config.variant("format", "type")
                .ifPresent(format -> translated.set("response_format", responseFormat(format)));
    }

    private static ObjectNode responseFormat(Fields format) {
        JsonNode schema = format.value("schema").orElseGet(JsonTree::object);
        if (!schema.path("type").asString("").equals("object")) {
            format.refuse("schema.type", "must be object for chat completions");
        }
        StrictSchema.OPENAI.check(schema, format.path("schema"), format.findings());
        String title = schema.path("title").asString("");
        ObjectNode translated = JsonTree.object().put("type", JSON_SCHEMA);
        translated
                .putObject(JSON_SCHEMA)
                .put("name", NAME.matcher(title).matches() ? title : DEFAULT_NAME)
                .put("strict", true)
                .set("schema", schema);
        return translated;
    }

    private void translateServiceTier() {
        request.text("service_tier")
                .ifPresent(
                        tier -> {
                            switch (tier) {
                                case "auto" -> {}
                                case "standard_only" -> translated.put("service_tier", "default");
                                default ->
                                        request.refuse(
                                                "service_tier", "has no counterpart for " + tier);
                            }
                        });
    }
}
