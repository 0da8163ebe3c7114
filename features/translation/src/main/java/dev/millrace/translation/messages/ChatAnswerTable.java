package dev.millrace.translation.messages;

import static dev.millrace.translation.field.FieldRow.carried;
import static dev.millrace.translation.field.FieldRow.converted;
import static dev.millrace.translation.field.FieldRow.noEffect;
import static dev.millrace.translation.field.FieldRow.omitted;
import static dev.millrace.translation.field.FieldRow.refused;
import static dev.millrace.translation.field.FieldRow.renamed;

import dev.millrace.translation.field.FieldTable;

/** The handling of every field of a chat completion that becomes a messages answer. */
public final class ChatAnswerTable {
    public static final FieldTable FIELDS =
            FieldTable.ofAnswer(
                    "chat completions",
                    carried("id", "id", ""),
                    noEffect("object", "type says message instead"),
                    noEffect("created", "messages do not say when they were made"),
                    noEffect("system_fingerprint", "describes the provider's servers"),
                    carried("model", "model", ""),
                    converted("choices", "content", "must be one"),
                    noEffect("choices[].index", "there is one choice"),
                    renamed("choices[].message.role", "role", "is always assistant"),
                    converted("choices[].message.content", "content[text].text", ""),
                    converted(
                            "choices[].message.content[text].text",
                            "content[text].text",
                            "Mistral's text beside its reasoning"),
                    converted(
                            "choices[].message.content[thinking].thinking[text].text",
                            "content[thinking].thinking",
                            "Mistral's reasoning; the signature is empty"),
                    noEffect(
                            "choices[].message.content[thinking].closed",
                            "says that the reasoning has ended"),
                    converted(
                            "choices[].message.refusal",
                            "stop_details.explanation",
                            "the stop reason is refusal"),
                    converted(
                            "choices[].message.reasoning_content",
                            "content[thinking].thinking",
                            "the signature is empty"),
                    converted(
                            "choices[].message.reasoning",
                            "content[thinking].thinking",
                            "the signature is empty"),
                    converted("choices[].message.tool_calls", "content[tool_use]", ""),
                    converted(
                            "choices[].message.tool_calls[].id",
                            "content[tool_use].id",
                            "is escaped unless it is letters, digits, _ and -"),
                    noEffect("choices[].message.tool_calls[].type", "is always function"),
                    noEffect("choices[].message.tool_calls[].index", "is the position"),
                    renamed(
                            "choices[].message.tool_calls[].function.name",
                            "content[tool_use].name",
                            ""),
                    converted(
                            "choices[].message.tool_calls[].function.arguments",
                            "content[tool_use].input",
                            "anything but a JSON object makes the answer unusable, unless a limit has"
                                    + " cut it off"),
                    refused(
                            "choices[].message.function_call",
                            "has no counterpart; it makes the answer unusable"),
                    omitted("choices[].message.annotations", "have no place in messages"),
                    omitted("choices[].message.audio", "has no place in messages"),
                    omitted("choices[].logprobs", "have no place in messages"),
                    converted(
                            "choices[].finish_reason",
                            "stop_reason",
                            "stop becomes end_turn, length max_tokens, Mistral's model_length"
                                    + " model_context_window_exceeded, tool_calls tool_use,"
                                    + " content_filter refusal; others make the answer unusable. With"
                                    + " tool calls, stop becomes tool_use"),
                    converted(
                            "usage.prompt_tokens",
                            "usage.input_tokens",
                            "less the tokens read from and written to the cache"),
                    converted(
                            "usage.prompt_tokens_details.cached_tokens",
                            "usage.cache_read_input_tokens",
                            ""),
                    converted(
                            "usage.prompt_tokens_details.cache_write_tokens",
                            "usage.cache_creation_input_tokens",
                            ""),
                    noEffect("usage.prompt_tokens_details.text_tokens", "are prompt_tokens"),
                    converted("usage.completion_tokens", "usage.output_tokens", ""),
                    converted(
                            "usage.completion_tokens_details.reasoning_tokens",
                            "usage.output_tokens_details.thinking_tokens",
                            ""),
                    noEffect(
                            "usage.completion_tokens_details.text_tokens", "are completion_tokens"),
                    noEffect("usage.total_tokens", "is the sum of the others"),
                    converted(
                            "usage.prompt_cache_hit_tokens",
                            "usage.cache_read_input_tokens",
                            "DeepSeek's name"),
                    noEffect("usage.prompt_cache_miss_tokens", "is the remainder"),
                    converted(
                            "usage.cached_tokens",
                            "usage.cache_read_input_tokens",
                            "Moonshot's name"),
                    converted(
                            "usage.prompt_tokens_details.cache_creation_input_tokens",
                            "usage.cache_creation_input_tokens",
                            "Alibaba's name"),
                    converted(
                            "service_tier",
                            "usage.service_tier",
                            "default becomes standard; priority stays; others are named"),
                    omitted("metadata", "has no place in messages"),
                    omitted("moderation", "has no place in messages"));

    private ChatAnswerTable() {}
}
