package dev.millrace.wire.answer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.json.JsonBytes;
import java.time.Instant;

/** Writes an answer that no model gave, in the form of the API of its request. */
public final class FixedAnswer {
    private static final String CHAT =
            """
            {"id":"chatcmpl-%s","object":"chat.completion","created":%d,"model":%s,\
            "choices":[{"index":0,"message":{"role":"assistant","content":%s,"refusal":null},\
            "logprobs":null,"finish_reason":"stop"}],\
            "usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}""";

    private static final String RESPONSE =
            """
            {"id":"resp_%1$s","object":"response","created_at":%2$d,"status":"completed",\
            "error":null,"incomplete_details":null,"model":%3$s,\
            "output":[{"id":"msg_%1$s","type":"message","status":"completed","role":"assistant",\
            "content":[{"type":"output_text","text":%4$s,"annotations":[]}]}],\
            "usage":{"input_tokens":0,"input_tokens_details":{"cached_tokens":0},\
            "output_tokens":0,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":0}}""";

    private static final String MESSAGE =
            """
            {"id":"msg_%1$s","type":"message","role":"assistant","model":%3$s,\
            "content":[{"type":"text","text":%4$s}],"stop_reason":"end_turn",\
            "stop_sequence":null,"usage":{"input_tokens":0,"output_tokens":0}}""";

    private FixedAnswer() {}

    /**
     * Returns the body of an answer.
     *
     * @param request of an endpoint whose prompts get passages
     * @param text the whole answer
     * @throws IllegalArgumentException for another endpoint
     */
    public static byte[] body(JobId job, RequestLine request, String text, Instant now) {
        String form =
                switch (request.endpoint()) {
                    case CHAT_COMPLETIONS -> CHAT;
                    case RESPONSES -> RESPONSE;
                    case MESSAGES -> MESSAGE;
                    case COMPLETIONS, EMBEDDINGS ->
                            throw new IllegalArgumentException(
                                    request.endpoint().url() + " has no messages");
                };
        return form.formatted(
                        job.value(),
                        now.getEpochSecond(),
                        JsonBytes.quoted(request.model()),
                        JsonBytes.quoted(text))
                .getBytes(UTF_8);
    }
}
