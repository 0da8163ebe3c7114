package dev.millrace.translation.messages;

import static dev.millrace.translation.field.FieldRow.carried;
import static dev.millrace.translation.field.FieldRow.converted;
import static dev.millrace.translation.field.FieldRow.defaultOnly;
import static dev.millrace.translation.field.FieldRow.noEffect;
import static dev.millrace.translation.field.FieldRow.omitted;
import static dev.millrace.translation.field.FieldRow.refused;
import static dev.millrace.translation.field.FieldRow.renamed;

import dev.millrace.translation.field.FieldTable;

/** The handling of every field of a messages request that is sent to chat completions. */
public final class MessagesRequestTable {
    private static final String CACHE_HINT = "is a hint for Anthropic's cache";

    public static final FieldTable FIELDS =
            FieldTable.ofRequest(
                    "messages",
                    converted("model", "model", "is replaced by the provider's name of the model"),
                    renamed(
                            "max_tokens",
                            "max_tokens, or max_completion_tokens",
                            "the key that the model takes; a whole number, 1 or more"),
                    converted(
                            "messages",
                            "messages",
                            "must not end with the assistant: chat completions would not continue"
                                    + " its text"),
                    converted("system", "messages[system].content", ""),
                    renamed("system[text].text", "messages[system].content[].text", ""),
                    omitted("system[text].cache_control", CACHE_HINT),
                    refused("system[text].citations", "have no counterpart"),
                    carried("temperature", "temperature", ""),
                    carried("top_p", "top_p", ""),
                    renamed("stop_sequences", "stop", "at most 4"),
                    carried("stream", "stream", "the result is not streamed in any case"),
                    converted("tools", "tools", ""),
                    renamed("tools[custom].name", "tools[].function.name", "at most 64 characters"),
                    renamed("tools[custom].description", "tools[].function.description", ""),
                    renamed("tools[custom].input_schema", "tools[].function.parameters", ""),
                    renamed(
                            "tools[custom].strict",
                            "tools[].function.strict",
                            "the schema must be within the limits of OpenAI's strict schemas"),
                    omitted("tools[custom].cache_control", CACHE_HINT),
                    noEffect("tools[custom].eager_input_streaming", "the result is not streamed"),
                    defaultOnly(
                            "tools[custom].defer_loading",
                            "has no counterpart; only false is accepted",
                            "false"),
                    defaultOnly(
                            "tools[custom].allowed_callers",
                            "must be [\"direct\"]",
                            "[\"direct\"]"),
                    defaultOnly("tools[custom].input_examples", "have no counterpart", "[]"),
                    converted("tool_choice[auto]", "tool_choice", "is auto; nothing without tools"),
                    converted("tool_choice[any]", "tool_choice", "is required; needs tools"),
                    converted("tool_choice[none]", "tool_choice", "is none; nothing without tools"),
                    renamed("tool_choice[tool].name", "tool_choice.function.name", "needs tools"),
                    converted(
                            "tool_choice[auto|any|tool].disable_parallel_tool_use",
                            "parallel_tool_calls",
                            "is the opposite"),
                    converted(
                            "output_config.effort",
                            "reasoning_effort",
                            "the levels have the same names"),
                    converted(
                            "output_config.format[json_schema].schema",
                            "response_format.json_schema.schema",
                            "must be within the limits of OpenAI's strict schemas; its title becomes"
                                    + " the name"),
                    refused("output_format", "is outdated: use output_config.format"),
                    converted("thinking[disabled]", "reasoning_effort", "is none"),
                    refused(
                            "thinking[enabled]",
                            "has no counterpart: use output_config.effort instead of a budget"),
                    refused("thinking[adaptive]", "has no counterpart: use output_config.effort"),
                    refused(
                            "thinking[between_tools]",
                            "has no counterpart: use output_config.effort"),
                    renamed("metadata.user_id", "user", ""),
                    converted(
                            "service_tier",
                            "service_tier",
                            "auto is the default, standard_only becomes default"),
                    omitted("cache_control", CACHE_HINT),
                    refused("top_k", "has no counterpart"),
                    refused("container", "has no counterpart"),
                    refused("inference_geo", "has no counterpart"),
                    refused("mcp_servers", "have no counterpart"),
                    refused("context_management", "has no counterpart"),
                    refused("user_profile_id", "has no counterpart"),
                    refused("workspace_id", "has no counterpart"),
                    refused("diagnostics", "has no counterpart"),
                    defaultOnly(
                            "speed",
                            "has no counterpart; only standard is accepted",
                            "\"standard\""),
                    converted("messages[system].content", "messages[system].content", ""),
                    carried(
                            "messages[system].content[text].text",
                            "messages[system].content[text].text",
                            ""),
                    converted(
                            "messages[user].content",
                            "messages[user].content",
                            "results of tools must come first"),
                    carried(
                            "messages[user].content[text].text",
                            "messages[user].content[text].text",
                            ""),
                    converted(
                            "messages[user].content[image].source[base64].data",
                            "messages[user].content[image_url].image_url.url",
                            "becomes a data URL"),
                    converted(
                            "messages[user].content[image].source[base64].media_type",
                            "messages[user].content[image_url].image_url.url",
                            "becomes a data URL"),
                    renamed(
                            "messages[user].content[image].source[url].url",
                            "messages[user].content[image_url].image_url.url",
                            ""),
                    refused(
                            "messages[user].content[image].source[file]",
                            "names a file at another provider"),
                    defaultOnly(
                            "messages[user].content[image].transformations",
                            "has no counterpart",
                            "{}",
                            "{\"oversized_image\":\"downsize\"}"),
                    converted(
                            "messages[user].content[document].source[base64].data",
                            "messages[user].content[file].file.file_data",
                            "becomes a data URL"),
                    converted(
                            "messages[user].content[document].source[base64].media_type",
                            "messages[user].content[file].file.file_data",
                            "becomes a data URL"),
                    renamed(
                            "messages[user].content[document].title",
                            "messages[user].content[file].file.filename",
                            "is document.pdf if there is none"),
                    refused(
                            "messages[user].content[document].source[url]",
                            "has no counterpart: chat completions take no URLs of documents"),
                    refused(
                            "messages[user].content[document].source[file]",
                            "names a file at another provider"),
                    refused(
                            "messages[user].content[document].source[text]",
                            "has no counterpart: give the document as text"),
                    refused(
                            "messages[user].content[document].source[content]",
                            "has no counterpart: give the document as text"),
                    refused("messages[user].content[document].context", "has no counterpart"),
                    defaultOnly(
                            "messages[user].content[document].citations",
                            "have no counterpart",
                            "{}",
                            "{\"enabled\":false}"),
                    refused("messages[user].content[search_result]", "has no counterpart"),
                    converted("messages[user].content[tool_result]", "messages[tool]", ""),
                    converted(
                            "messages[user].content[tool_result].tool_use_id",
                            "messages[tool].tool_call_id",
                            "is the id of its call, restored or replaced or neither"),
                    converted(
                            "messages[user].content[tool_result].content",
                            "messages[tool].content",
                            "texts only"),
                    renamed(
                            "messages[user].content[tool_result].content[text].text",
                            "messages[tool].content[text].text",
                            ""),
                    defaultOnly(
                            "messages[user].content[tool_result].is_error",
                            "has no counterpart: say in the content that the tool failed",
                            "false"),
                    refused(
                            "messages[user].content[tool_result].content[image]",
                            "has no counterpart: results of tools are text"),
                    refused(
                            "messages[user].content[tool_result]"
                                    + ".content[document|search_result|tool_reference|browser_state]",
                            "has no counterpart: results of tools are text"),
                    refused(
                            "messages[user].content[tool_result].toolset_name",
                            "names tools of Anthropic"),
                    refused(
                            "messages[assistant].content[tool_use].toolset_name",
                            "names tools of Anthropic"),
                    refused(
                            "messages[user|assistant].content[server_tool_use|web_search_tool_result"
                                    + "|web_fetch_tool_result|code_execution_tool_result"
                                    + "|bash_code_execution_tool_result"
                                    + "|text_editor_code_execution_tool_result"
                                    + "|tool_search_tool_result|container_upload]",
                            "belongs to a tool that Anthropic runs"),
                    converted("messages[assistant].content", "messages[assistant].content", ""),
                    carried(
                            "messages[assistant].content[text].text",
                            "messages[assistant].content[text].text",
                            "must come before the calls of tools"),
                    converted(
                            "messages[assistant].content[tool_use]",
                            "messages[assistant].tool_calls",
                            ""),
                    converted(
                            "messages[assistant].content[tool_use].id",
                            "messages[assistant].tool_calls[].id",
                            "an escaped id is restored; one of more than 40 characters is replaced"),
                    renamed(
                            "messages[assistant].content[tool_use].name",
                            "messages[assistant].tool_calls[].function.name",
                            ""),
                    converted(
                            "messages[assistant].content[tool_use].input",
                            "messages[assistant].tool_calls[].function.arguments",
                            "is JSON as text"),
                    defaultOnly(
                            "messages[assistant].content[tool_use].caller",
                            "must be direct",
                            "{\"type\":\"direct\"}"),
                    omitted(
                            "messages[assistant].content[thinking|redacted_thinking]",
                            "is readable for Anthropic's models only"),
                    refused(
                            "messages[system|user|assistant].content[text].citations",
                            "have no counterpart"),
                    refused(
                            "messages[user].content[tool_result].content[text].citations",
                            "have no counterpart"),
                    omitted(
                            "messages[system|user|assistant].content[text].cache_control",
                            CACHE_HINT),
                    omitted(
                            "messages[user].content[image|document|tool_result].cache_control",
                            CACHE_HINT),
                    omitted(
                            "messages[user].content[tool_result].content[text].cache_control",
                            CACHE_HINT),
                    omitted("messages[assistant].content[tool_use].cache_control", CACHE_HINT));

    private MessagesRequestTable() {}
}
