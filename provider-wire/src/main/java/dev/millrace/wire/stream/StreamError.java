package dev.millrace.wire.stream;

import tools.jackson.databind.JsonNode;

/** Recognises the errors that providers report inside a stream. */
final class StreamError {
    private static final String ERROR = "error";

    private StreamError() {}

    /**
     * Returns true if an event reports an error: by its name, by a {@code type} or {@code object}
     * that is {@code error} (Anthropic, OpenAI's responses, vLLM), by an {@code error} in its data
     * (OpenAI, OpenRouter), or as an array of such objects (Gemini).
     */
    static boolean isError(String name, JsonNode data) {
        JsonNode reported = data.isArray() && !data.isEmpty() ? data.get(0) : data;
        return name.equals(ERROR)
                || isErrorText(reported.path("type"))
                || isErrorText(reported.path("object"))
                || isPresent(reported.path(ERROR));
    }

    private static boolean isErrorText(JsonNode value) {
        return value.isString() && value.stringValue().equals(ERROR);
    }

    private static boolean isPresent(JsonNode value) {
        return !value.isMissingNode() && !value.isNull();
    }
}
