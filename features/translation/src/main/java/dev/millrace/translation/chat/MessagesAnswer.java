package dev.millrace.translation.chat;

import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.translation.field.Fields;
import dev.millrace.translation.field.Findings;
import dev.millrace.wire.call.ToolCallIds;
import dev.millrace.wire.json.JsonTree;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Translates a messages answer into a chat completion. */
public final class MessagesAnswer {
    private static final String CONTENT = "content";
    private static final String USAGE = "usage";
    private static final String SERVICE_TIER = "service_tier";

    private final Fields answer;

    private MessagesAnswer(Fields answer) {
        this.answer = answer;
    }

    /**
     * Translates the body. The result counts only if nothing was refused.
     *
     * @param usage the tokens of the answer; empty if it does not report them
     * @param created when the answer arrived: chat completions report the time, messages do not
     * @param findings collects the fields that could not be carried
     */
    public static ObjectNode translate(
            ObjectNode body, Optional<TokenUsage> usage, Instant created, Findings findings) {
        var answer = Fields.open(MessagesAnswerTable.FIELDS, body, "answer", findings);
        return new MessagesAnswer(answer).translate(usage, created);
    }

    private ObjectNode translate(Optional<TokenUsage> usage, Instant created) {
        ObjectNode completion = JsonTree.object();
        answer.copy("id", completion);
        completion.put("object", "chat.completion");
        completion.put("created", created.getEpochSecond());
        answer.copy("model", completion);
        ObjectNode choice = completion.putArray("choices").addObject();
        choice.put("index", 0);
        choice.set("message", message());
        choice.putNull("logprobs");
        choice.put("finish_reason", finishReason(answer.requiredText("stop_reason")));
        if (usage.isPresent()) {
            completion.set(USAGE, usage(usage.get()));
        } else if (answer.has(USAGE)) {
            answer.omit(USAGE);
        }
        answer.object(USAGE).ifPresent(reported -> translateTier(reported, completion));
        return completion;
    }

    private ObjectNode message() {
        ObjectNode message = JsonTree.object().put("role", "assistant");
        message.putNull(CONTENT);
        message.putNull("refusal");
        ArrayNode calls = JsonTree.array();
        if (answer.value(CONTENT).filter(JsonNode::isArray).isEmpty()) {
            answer.refuse(CONTENT, "must be an array");
        }
        for (Fields block : answer.variants(CONTENT, "type")) {
            switch (block.kind()) {
                case "text" -> append(message, CONTENT, block.requiredText("text"));
                case "thinking" ->
                        append(message, "reasoning_content", block.requiredText("thinking"));
                // A tool use: variants of other types are not returned.
                default -> calls.add(toolCall(block));
            }
        }
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
        answer.object("stop_details")
                .ifPresent(details -> details.copy("explanation", message, "refusal"));
        return message;
    }

    private static void append(ObjectNode message, String key, String text) {
        message.put(key, message.path(key).asString("") + text);
    }

    private static ObjectNode toolCall(Fields block) {
        ObjectNode call = JsonTree.object();
        call.put("id", ToolCallIds.restored(block.requiredText("id")));
        call.put("type", "function");
        call.putObject("function")
                .put("name", block.requiredText("name"))
                .put("arguments", JsonTree.text(block.value("input").orElseGet(JsonTree::object)));
        return call;
    }

    private String finishReason(String stopReason) {
        return switch (stopReason) {
            case "end_turn", "stop_sequence" -> "stop";
            case "max_tokens", "model_context_window_exceeded" -> "length";
            case "tool_use" -> "tool_calls";
            case "refusal" -> "content_filter";
            default -> {
                answer.refuse("stop_reason", "has no counterpart for " + stopReason);
                yield "";
            }
        };
    }

    private static ObjectNode usage(TokenUsage tokens) {
        ObjectNode usage = JsonTree.object();
        usage.put("prompt_tokens", tokens.inputTokens());
        usage.put("completion_tokens", tokens.outputTokens());
        usage.put("total_tokens", tokens.totalTokens());
        ObjectNode details = usage.putObject("prompt_tokens_details");
        details.put("cached_tokens", tokens.cachedInputTokens())
                .put("cache_write_tokens", tokens.cacheWriteTokens());
        if (tokens.cacheWriteHourTokens() > 0) {
            // Chat completions have no name for it; this one is LiteLLM's.
            details.putObject("cache_creation_token_details")
                    .put("ephemeral_5m_input_tokens", tokens.cacheWriteMinutesTokens())
                    .put("ephemeral_1h_input_tokens", tokens.cacheWriteHourTokens());
        }
        usage.putObject("completion_tokens_details")
                .put("reasoning_tokens", tokens.reasoningTokens());
        return usage;
    }

    private static void translateTier(Fields usage, ObjectNode completion) {
        usage.text(SERVICE_TIER)
                .ifPresent(
                        tier -> {
                            switch (tier) {
                                case "standard" -> completion.put(SERVICE_TIER, "default");
                                case "priority" -> completion.put(SERVICE_TIER, tier);
                                default -> usage.omit(SERVICE_TIER);
                            }
                        });
    }
}
