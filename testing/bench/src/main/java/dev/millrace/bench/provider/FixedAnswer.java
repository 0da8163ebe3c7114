package dev.millrace.bench.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The answer to every call of a measurement. */
public final class FixedAnswer {
    private static final String BODY =
            """
            {"id":"chatcmpl-bench","object":"chat.completion","created":1780000000,\
            "model":"deepseek-flash","choices":[{"index":0,"message":{"role":"assistant",\
            "content":"Your parcel has left our warehouse and will be with you tomorrow."},\
            "finish_reason":"stop"}],\
            "usage":{"prompt_tokens":24,"completion_tokens":14,"total_tokens":38}}""";

    /** Input tokens in the answer's usage. */
    public static final long INPUT_TOKENS = 24;

    /** Output tokens in the answer's usage. */
    public static final long OUTPUT_TOKENS = 14;

    private FixedAnswer() {}

    /** Returns a copy of a chat completion in JSON. */
    public static byte[] body() {
        return BODY.getBytes(UTF_8);
    }
}
