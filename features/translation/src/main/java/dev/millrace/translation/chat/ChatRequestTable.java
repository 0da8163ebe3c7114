package dev.millrace.translation.chat;

import static dev.millrace.translation.field.FieldRow.carried;
import static dev.millrace.translation.field.FieldRow.converted;
import static dev.millrace.translation.field.FieldRow.defaultOnly;
import static dev.millrace.translation.field.FieldRow.noEffect;
import static dev.millrace.translation.field.FieldRow.omitted;
import static dev.millrace.translation.field.FieldRow.refused;
import static dev.millrace.translation.field.FieldRow.renamed;

import dev.millrace.translation.field.FieldTable;

/** The handling of every field of a chat completions request that is sent to messages. */
public final class ChatRequestTable {
    public static final FieldTable FIELDS =
            FieldTable.ofRequest(
                    "chat completions",
                    converted("model", "model", "is replaced by the provider's name of the model"),
                    converted(
                            "messages",
                            "messages",
                            "must begin and end so that the model's turn comes next; messages of one"
                                    + " role in a row become one"),
                    renamed(
                            "max_completion_tokens",
                            "max_tokens",
                            "a whole number, 1 or more; without a limit, the model's default_max_tokens is sent"),
                    carried(
                            "max_tokens",
                            "max_tokens",
                            "must equal max_completion_tokens if both are given"),
                    carried("temperature", "temperature", "from 0 to 1; above 1 is refused"),
                    carried(
                            "top_p",
                            "top_p",
                            "beside a temperature, the one that is 1 is left out; both are refused"
                                    + " if neither is"),
                    converted("stop", "stop_sequences", "a blank sequence is refused"),
                    carried("stream", "stream", "the result is not streamed in any case"),
                    noEffect("stream_options.include_usage", "messages always report usage"),
                    noEffect("stream_options.include_obfuscation", "the result is not streamed"),
                    converted("tools", "tools", ""),
                    renamed("tools[function].function.name", "tools[].name", ""),
                    renamed("tools[function].function.description", "tools[].description", ""),
                    renamed(
                            "tools[function].function.parameters",
                            "tools[].input_schema",
                            "gets the type object if it has none"),
                    renamed(
                            "tools[function].function.strict",
                            "tools[].strict",
                            "the schema must be within the limits of Anthropic's structured outputs"),
                    refused("tools[custom]", "has no counterpart: messages have no custom tools"),
                    converted(
                            "tool_choice",
                            "tool_choice",
                            "none and auto stay, required becomes any; needs tools"),
                    renamed("tool_choice[function].function.name", "tool_choice.name", ""),
                    refused("tool_choice[custom]", "has no counterpart"),
                    refused(
                            "tool_choice[allowed_tools]",
                            "has no counterpart: messages cannot limit the choice to some tools"),
                    converted(
                            "parallel_tool_calls",
                            "tool_choice.disable_parallel_tool_use",
                            "false needs tools"),
                    converted("response_format[text]", "", "is what messages do without a format"),
                    converted(
                            "response_format[json_schema].json_schema.schema",
                            "output_config.format.schema",
                            "must be within the limits of Anthropic's structured outputs"),
                    converted(
                            "response_format[json_schema].json_schema.name",
                            "output_config.format.schema.title",
                            "a title of the schema itself stays, and another name is named"),
                    converted(
                            "response_format[json_schema].json_schema.description",
                            "output_config.format.schema.description",
                            "must equal a description of the schema itself"),
                    noEffect(
                            "response_format[json_schema].json_schema.strict",
                            "messages always follow the schema strictly"),
                    refused(
                            "response_format[json_object]",
                            "has no counterpart: messages need a json_schema"),
                    converted(
                            "reasoning_effort",
                            "output_config.effort",
                            "low, medium, high, xhigh and max stay, none disables thinking; minimal"
                                    + " is refused"),
                    renamed("user", "metadata.user_id", ""),
                    renamed(
                            "safety_identifier",
                            "metadata.user_id",
                            "must equal user if both are given"),
                    converted(
                            "service_tier",
                            "service_tier",
                            "auto is the default, default becomes standard_only; others are refused"),
                    defaultOnly("n", "must be 1: messages give one answer", "1"),
                    defaultOnly("frequency_penalty", "has no counterpart; only 0 is accepted", "0"),
                    defaultOnly("presence_penalty", "has no counterpart; only 0 is accepted", "0"),
                    defaultOnly("logit_bias", "has no counterpart", "{}"),
                    defaultOnly("logprobs", "has no counterpart; only false is accepted", "false"),
                    defaultOnly("top_logprobs", "has no counterpart; only 0 is accepted", "0"),
                    defaultOnly("store", "has no counterpart; only false is accepted", "false"),
                    defaultOnly("metadata", "has no counterpart: messages store nothing", "{}"),
                    defaultOnly("modalities", "must be [\"text\"]", "[\"text\"]"),
                    defaultOnly(
                            "verbosity",
                            "has no counterpart; only medium is accepted",
                            "\"medium\""),
                    defaultOnly("functions", "must be given as tools", "[]"),
                    defaultOnly(
                            "function_call",
                            "must be given as tool_choice",
                            "\"none\"",
                            "\"auto\""),
                    refused("seed", "has no counterpart: messages are not repeatable"),
                    refused("audio", "has no counterpart: messages give no audio"),
                    refused("web_search_options", "has no counterpart in chat jobs"),
                    refused("moderation", "has no counterpart"),
                    omitted("prediction", "makes an answer faster, not different"),
                    omitted("prompt_cache_key", "is a hint for OpenAI's cache"),
                    omitted("prompt_cache_options", "is a hint for OpenAI's cache"),
                    omitted("prompt_cache_retention", "is a hint for OpenAI's cache"),
                    converted(
                            "messages[system|developer].content",
                            "system",
                            "must come before all other messages"),
                    renamed("messages[system|developer].content[text].text", "system[].text", ""),
                    refused("messages[system|developer].name", "has no counterpart"),
                    converted("messages[user].content", "messages[].content", "must not be blank"),
                    carried(
                            "messages[user].content[text].text",
                            "messages[].content[text].text",
                            ""),
                    converted(
                            "messages[user].content[image_url].image_url.url",
                            "messages[].content[image].source",
                            "an http(s) URL, or a data URL of a JPEG, PNG, GIF or WebP in base64"),
                    defaultOnly(
                            "messages[user].content[image_url].image_url.detail",
                            "has no counterpart; only auto is accepted",
                            "\"auto\""),
                    converted(
                            "messages[user].content[file].file.file_data",
                            "messages[].content[document].source",
                            "a data URL of a PDF in base64"),
                    renamed(
                            "messages[user].content[file].file.filename",
                            "messages[].content[document].title",
                            ""),
                    refused(
                            "messages[user].content[file].file.file_id",
                            "names a file at another provider"),
                    refused("messages[user].content[input_audio]", "has no counterpart"),
                    refused("messages[user].name", "has no counterpart"),
                    converted("messages[assistant].content", "messages[].content", ""),
                    carried(
                            "messages[assistant].content[text].text",
                            "messages[].content[text].text",
                            ""),
                    converted(
                            "messages[assistant].content[refusal].refusal",
                            "messages[].content[text].text",
                            "is what the assistant said"),
                    converted(
                            "messages[assistant].refusal",
                            "messages[].content[text].text",
                            "is what the assistant said"),
                    converted("messages[assistant].tool_calls", "messages[].content[tool_use]", ""),
                    converted(
                            "messages[assistant].tool_calls[function].id",
                            "messages[].content[tool_use].id",
                            "is replaced unless it is 1 to 64 letters, digits, _ and -, and unique"),
                    renamed(
                            "messages[assistant].tool_calls[function].function.name",
                            "messages[].content[tool_use].name",
                            ""),
                    converted(
                            "messages[assistant].tool_calls[function].function.arguments",
                            "messages[].content[tool_use].input",
                            "must be a JSON object"),
                    refused("messages[assistant].tool_calls[custom]", "has no counterpart"),
                    refused("messages[assistant].function_call", "must be given as tool_calls"),
                    refused("messages[assistant].audio", "has no counterpart"),
                    refused("messages[assistant].name", "has no counterpart"),
                    omitted(
                            "messages[assistant].annotations",
                            "belongs to an earlier answer, not to the conversation"),
                    omitted(
                            "messages[assistant].reasoning_content",
                            "cannot be sent back: it lacks the signature that messages require"),
                    converted(
                            "messages[tool].content",
                            "messages[].content[tool_result].content",
                            ""),
                    renamed(
                            "messages[tool].content[text].text",
                            "messages[].content[tool_result].content[text].text",
                            ""),
                    converted(
                            "messages[tool].tool_call_id",
                            "messages[].content[tool_result].tool_use_id",
                            "is the id of its call, replaced or not"),
                    noEffect("messages[tool].name", "the id tells which tool was called"),
                    refused("messages[function]", "must be given as tool messages"),
                    omitted(
                            "messages[system|developer|user|assistant|tool]"
                                    + ".content[text].prompt_cache_breakpoint",
                            "is a hint for OpenAI's cache"),
                    omitted(
                            "messages[user].content[image_url|file].prompt_cache_breakpoint",
                            "is a hint for OpenAI's cache"));

    private ChatRequestTable() {}
}
