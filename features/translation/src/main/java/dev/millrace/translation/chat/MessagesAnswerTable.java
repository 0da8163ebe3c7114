package dev.millrace.translation.chat;

import static dev.millrace.translation.field.FieldRow.carried;
import static dev.millrace.translation.field.FieldRow.converted;
import static dev.millrace.translation.field.FieldRow.noEffect;
import static dev.millrace.translation.field.FieldRow.omitted;
import static dev.millrace.translation.field.FieldRow.renamed;

import dev.millrace.translation.field.FieldTable;

/** The handling of every field of a messages answer that becomes a chat completion. */
public final class MessagesAnswerTable {
    public static final FieldTable FIELDS =
            FieldTable.ofAnswer(
                    "messages",
                    carried("id", "id", ""),
                    noEffect("type", "object says chat.completion instead"),
                    renamed("role", "choices[].message.role", "is always assistant"),
                    carried("model", "model", ""),
                    converted("content", "choices[].message", ""),
                    converted(
                            "content[text].text",
                            "choices[].message.content",
                            "several texts are joined"),
                    omitted("content[text].citations", "have no place in a chat completion"),
                    converted(
                            "content[thinking].thinking",
                            "choices[].message.reasoning_content",
                            "is a field of DeepSeek, Qwen and vLLM; OpenAI has none"),
                    omitted("content[thinking].signature", "has no place in a chat completion"),
                    omitted("content[redacted_thinking]", "has no place in a chat completion"),
                    converted("content[tool_use]", "choices[].message.tool_calls", ""),
                    converted(
                            "content[tool_use].id",
                            "choices[].message.tool_calls[].id",
                            "an id that the request had escaped is restored"),
                    renamed(
                            "content[tool_use].name",
                            "choices[].message.tool_calls[].function.name",
                            ""),
                    converted(
                            "content[tool_use].input",
                            "choices[].message.tool_calls[].function.arguments",
                            "is JSON as text"),
                    noEffect("content[tool_use].caller", "is always the model itself"),
                    omitted("content[tool_use].toolset_name", "has no place in a chat completion"),
                    converted(
                            "stop_reason",
                            "choices[].finish_reason",
                            "end_turn and stop_sequence become stop, max_tokens and"
                                    + " model_context_window_exceeded length, tool_use tool_calls,"
                                    + " refusal content_filter; others make the answer unusable"),
                    omitted("stop_sequence", "has no place in a chat completion"),
                    noEffect("stop_details.type", "is the stop reason"),
                    renamed("stop_details.explanation", "choices[].message.refusal", ""),
                    omitted("stop_details.category", "has no place in a chat completion"),
                    converted(
                            "usage.input_tokens",
                            "usage.prompt_tokens",
                            "includes tokens read from and written to the cache"),
                    converted(
                            "usage.cache_read_input_tokens",
                            "usage.prompt_tokens_details.cached_tokens",
                            ""),
                    converted(
                            "usage.cache_creation_input_tokens",
                            "usage.prompt_tokens_details.cache_write_tokens",
                            ""),
                    converted(
                            "usage.cache_creation.ephemeral_5m_input_tokens",
                            "usage.prompt_tokens_details.cache_write_tokens",
                            ""),
                    converted(
                            "usage.cache_creation.ephemeral_1h_input_tokens",
                            "usage.prompt_tokens_details.cache_creation_token_details"
                                    + ".ephemeral_1h_input_tokens",
                            ""),
                    converted("usage.output_tokens", "usage.completion_tokens", ""),
                    converted(
                            "usage.output_tokens_details.thinking_tokens",
                            "usage.completion_tokens_details.reasoning_tokens",
                            ""),
                    converted(
                            "usage.service_tier",
                            "service_tier",
                            "standard becomes default; priority stays; others are named"),
                    omitted("usage.server_tool_use", "has no place in a chat completion"),
                    omitted("usage.inference_geo", "has no place in a chat completion"),
                    omitted("usage.speed", "has no place in a chat completion"),
                    omitted("container", "has no place in a chat completion"),
                    omitted("diagnostics", "have no place in a chat completion"));

    private MessagesAnswerTable() {}
}
