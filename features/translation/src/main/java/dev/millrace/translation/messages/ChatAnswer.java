package dev.millrace.translation.messages;

import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.translation.field.Fields;
import dev.millrace.translation.field.Findings;
import dev.millrace.wire.call.ToolCallIds;
import dev.millrace.wire.json.JsonTree;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Translates a chat completion into a messages answer. */
public final class ChatAnswer {
    private static final String TYPE = "type";
    private static final String REFUSAL = "refusal";

    /** Finish reasons of an answer that a limit on tokens has cut off. */
    private static final Set<String> LIMITS = Set.of("length", "model_length");

    private static final String FINISH_REASON = "finish_reason";
    private static final String USAGE = "usage";
    private static final String SERVICE_TIER = "service_tier";

    private final Fields answer;
    private final ObjectNode translated = JsonTree.object();
    private final ToolCallIds ids = ToolCallIds.forClient();

    private ChatAnswer(Fields answer) {
        this.answer = answer;
    }

    /**
     * Translates the body. The result counts only if nothing was refused.
     *
     * @param usage the tokens of the answer; empty if it does not report them
     * @param findings collects the fields that could not be carried
     */
    public static ObjectNode translate(
            ObjectNode body, Optional<TokenUsage> usage, Findings findings) {
        var answer = Fields.open(ChatAnswerTable.FIELDS, body, "answer", findings);
        return new ChatAnswer(answer).translate(usage);
    }

    private ObjectNode translate(Optional<TokenUsage> usage) {
        answer.copy("id", translated);
        translated.put(TYPE, "message");
        translated.put("role", "assistant");
        answer.copy("model", translated);
        List<Fields> choices = answer.objects("choices");
        if (choices.size() == 1) {
            translateChoice(choices.getFirst());
        } else {
            answer.refuse("choices", "must be one");
        }
        if (usage.isPresent()) {
            translated.set(USAGE, translateUsage(usage.get()));
        } else if (answer.has(USAGE)) {
            answer.omit(USAGE);
        }
        return translated;
    }

    private void translateChoice(Fields choice) {
        ArrayNode content = translated.putArray("content");
        choice.requiredObject("message")
                .ifPresent(
                        message -> {
                            addReasoning(message, content);
                            addContent(message, content);
                            boolean callsTools = addToolUses(choice, message, content);
                            translateEnd(choice, message, callsTools);
                        });
    }

    /** Adds a text, or the parts that Mistral gives if a model reasons. */
    private static void addContent(Fields message, ArrayNode content) {
        if (message.value("content").filter(JsonNode::isArray).isPresent()) {
            message.variants("content", TYPE).forEach(part -> addPart(part, content));
        } else {
            addText(message.text("content").orElse(""), content);
        }
    }

    private static void addPart(Fields part, ArrayNode content) {
        if (part.kind().equals("text")) {
            addText(part.requiredText("text"), content);
        } else {
            String thinking =
                    part.variants("thinking", TYPE).stream()
                            .map(it -> it.requiredText("text"))
                            .collect(Collectors.joining());
            addThinking(thinking, content);
        }
    }

    private static void addText(String text, ArrayNode content) {
        if (!text.isEmpty()) {
            content.addObject().put(TYPE, "text").put("text", text);
        }
    }

    /** Returns true if the message calls a tool. */
    private boolean addToolUses(Fields choice, Fields message, ArrayNode content) {
        List<Fields> calls = message.objects("tool_calls");
        boolean isCut = LIMITS.contains(choice.text(FINISH_REASON).orElse(""));
        calls.forEach(call -> content.add(toolUse(call, isCut && call == calls.getLast())));
        return !calls.isEmpty();
    }

    /** Sets why the answer ended; a refusal outweighs the finish reason. */
    private void translateEnd(Fields choice, Fields message, boolean callsTools) {
        Optional<String> refusal = message.text(REFUSAL).filter(it -> !it.isEmpty());
        translated.put(
                "stop_reason", refusal.isPresent() ? REFUSAL : stopReason(choice, callsTools));
        translated.putNull("stop_sequence");
        refusal.ifPresent(
                it ->
                        translated
                                .putObject("stop_details")
                                .put(TYPE, REFUSAL)
                                .putNull("category")
                                .put("explanation", it));
    }

    private static void addReasoning(Fields message, ArrayNode content) {
        Optional<String> reasoning = message.text("reasoning");
        Optional<String> thinking = message.text("reasoning_content").or(() -> reasoning);
        if (reasoning.isPresent() && !reasoning.equals(thinking)) {
            message.omit("reasoning");
        }
        addThinking(thinking.orElse(""), content);
    }

    private static void addThinking(String thinking, ArrayNode content) {
        if (!thinking.isEmpty()) {
            content.addObject()
                    .put(TYPE, "thinking")
                    .put("thinking", thinking)
                    .put("signature", "");
        }
    }

    private ObjectNode toolUse(Fields call, boolean isCut) {
        ObjectNode block = JsonTree.object().put(TYPE, "tool_use");
        block.put("id", ids.ofCall(call.requiredText("id")));
        call.requiredObject("function")
                .ifPresent(
                        function -> {
                            block.put("name", function.requiredText("name"));
                            block.set("input", isCut ? cutInput(function) : input(function));
                        });
        return block;
    }

    /** Returns the arguments as an object. Some servers give no text for no arguments. */
    private static JsonNode input(Fields function) {
        String arguments = function.text("arguments").orElse("");
        Optional<JsonNode> input =
                arguments.isBlank() ? Optional.of(JsonTree.object()) : JsonTree.parse(arguments);
        if (input.filter(JsonNode::isObject).isEmpty()) {
            function.refuse("arguments", "are not a JSON object");
        }
        return input.orElseGet(JsonTree::object);
    }

    /**
     * Returns the complete values of arguments that a limit on tokens has possibly cut off, and
     * names the arguments if it has.
     */
    private static JsonNode cutInput(Fields function) {
        Optional<String> arguments = function.text("arguments");
        Optional<ObjectNode> beginning = arguments.flatMap(JsonTree::beginning);
        boolean isComplete = arguments.flatMap(JsonTree::parse).isPresent();
        if (beginning.isEmpty() || isComplete) {
            return input(function);
        }
        function.omit("arguments");
        return beginning.get();
    }

    /** Returns the stop reason. Some servers report stop in place of tool_calls. */
    private static String stopReason(Fields choice, boolean callsTools) {
        String reason = choice.requiredText(FINISH_REASON);
        return switch (reason) {
            case "stop" -> callsTools ? "tool_use" : "end_turn";
            case "length" -> "max_tokens";
            // Mistral's name for a full context window: https://docs.mistral.ai/api
            case "model_length" -> "model_context_window_exceeded";
            case "tool_calls" -> "tool_use";
            case "content_filter" -> REFUSAL;
            default -> {
                choice.refuse(FINISH_REASON, "has no counterpart for " + reason);
                yield "";
            }
        };
    }

    private ObjectNode translateUsage(TokenUsage tokens) {
        ObjectNode usage = JsonTree.object();
        usage.put("input_tokens", tokens.uncachedInputTokens());
        usage.put("cache_creation_input_tokens", tokens.cacheWriteTokens());
        usage.put("cache_read_input_tokens", tokens.cachedInputTokens());
        usage.putObject("cache_creation")
                .put("ephemeral_5m_input_tokens", tokens.cacheWriteMinutesTokens())
                .put("ephemeral_1h_input_tokens", tokens.cacheWriteHourTokens());
        usage.put("output_tokens", tokens.outputTokens());
        usage.putObject("output_tokens_details").put("thinking_tokens", tokens.reasoningTokens());
        answer.text(SERVICE_TIER).ifPresent(tier -> translateTier(tier, usage));
        return usage;
    }

    private void translateTier(String tier, ObjectNode usage) {
        switch (tier) {
            case "default" -> usage.put(SERVICE_TIER, "standard");
            case "priority" -> usage.put(SERVICE_TIER, tier);
            default -> answer.omit(SERVICE_TIER);
        }
    }
}
