package dev.millrace.contracts.job;

import java.util.Set;

/**
 * A provider endpoint that a job can request by the {@code url} of its line: the one definition of
 * its requests, answers and streams. All other code asks the definition instead of comparing
 * endpoints. Equal only to itself.
 *
 * <p>{@link Endpoints} has those that a process knows.
 */
public final class Endpoint {
    public static final Endpoint CHAT_COMPLETIONS =
            new Endpoint(
                    "/v1/chat/completions",
                    Wire.OPENAI,
                    new RequestForm(
                            "messages",
                            false,
                            "",
                            "text",
                            new RequestForm.Limit("max_tokens", "max_completion_tokens", false),
                            false,
                            """
                            "max_tokens":16,"messages":[{"role":"user","content":"Say yes."}]"""),
                    new AnswerForm(
                            "chat.completion",
                            "choices",
                            Set.of("choices.message.content", "choices.message.content.text"),
                            Set.of("choices.finish_reason"),
                            Set.of("content_filter"),
                            "",
                            AnswerForm.CachedTokens.BY_NAMES,
                            false,
                            """
                            {"id":"chatcmpl-%s","object":"chat.completion","created":%d,\
                            "model":%s,"choices":[{"index":0,"message":{"role":"assistant",\
                            "content":%s,"refusal":null},"logprobs":null,"finish_reason":"stop"}],\
                            "usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}"""),
                    Streaming.DELTA_CHUNKS);

    public static final Endpoint RESPONSES =
            new Endpoint(
                    "/v1/responses",
                    Wire.OPENAI,
                    new RequestForm(
                            "input",
                            true,
                            "instructions",
                            "input_text",
                            RequestForm.Limit.optional("max_output_tokens"),
                            true,
                            "\"input\":\"Say yes.\""),
                    new AnswerForm(
                            "response",
                            "output",
                            Set.of("output.content.text"),
                            Set.of("incomplete_details", "status"),
                            Set.of("content_filter"),
                            "",
                            AnswerForm.CachedTokens.IN_INPUT,
                            true,
                            """
                            {"id":"resp_%1$s","object":"response","created_at":%2$d,\
                            "status":"completed","error":null,"incomplete_details":null,\
                            "model":%3$s,"output":[{"id":"msg_%1$s","type":"message",\
                            "status":"completed","role":"assistant","content":[\
                            {"type":"output_text","text":%4$s,"annotations":[]}]}],\
                            "usage":{"input_tokens":0,"input_tokens_details":{"cached_tokens":0},\
                            "output_tokens":0,"output_tokens_details":{"reasoning_tokens":0},\
                            "total_tokens":0}}"""),
                    Streaming.ITEM_EVENTS);

    public static final Endpoint COMPLETIONS =
            new Endpoint(
                    "/v1/completions",
                    Wire.OPENAI,
                    new RequestForm(
                            "prompt",
                            true,
                            "",
                            "",
                            RequestForm.Limit.optional("max_tokens"),
                            false,
                            "\"max_tokens\":16,\"prompt\":\"Say yes.\""),
                    new AnswerForm(
                            "text_completion",
                            "choices",
                            Set.of("choices.text"),
                            Set.of("choices.finish_reason"),
                            Set.of("content_filter"),
                            "",
                            AnswerForm.CachedTokens.BY_NAMES,
                            false,
                            ""),
                    Streaming.TEXT_CHUNKS);

    public static final Endpoint EMBEDDINGS =
            new Endpoint(
                    "/v1/embeddings",
                    Wire.OPENAI,
                    new RequestForm(
                            "input",
                            true,
                            "",
                            "",
                            RequestForm.Limit.NONE,
                            false,
                            "\"input\":\"yes\""),
                    new AnswerForm(
                            "list",
                            "data",
                            Set.of(),
                            Set.of(),
                            Set.of(),
                            "embedding",
                            AnswerForm.CachedTokens.BY_NAMES,
                            false,
                            ""),
                    Streaming.NONE);

    /** The endpoint of Anthropic's Messages API. */
    public static final Endpoint MESSAGES =
            new Endpoint(
                    "/v1/messages",
                    Wire.ANTHROPIC,
                    new RequestForm(
                            "messages",
                            false,
                            "system",
                            "text",
                            new RequestForm.Limit("max_tokens", "max_tokens", true),
                            false,
                            """
                            "max_tokens":16,"messages":[{"role":"user","content":"Say yes."}]"""),
                    new AnswerForm(
                            "message",
                            "content",
                            Set.of("content.text"),
                            Set.of("stop_reason"),
                            Set.of("refusal"),
                            "",
                            AnswerForm.CachedTokens.BESIDE_INPUT,
                            false,
                            """
                            {"id":"msg_%1$s","type":"message","role":"assistant","model":%3$s,\
                            "content":[{"type":"text","text":%4$s}],"stop_reason":"end_turn",\
                            "stop_sequence":null,"usage":{"input_tokens":0,"output_tokens":0}}"""),
                    Streaming.BLOCK_EVENTS);

    private final String url;
    private final Wire wire;
    private final RequestForm request;
    private final AnswerForm answer;
    private final Streaming streaming;

    /**
     * Defines an endpoint.
     *
     * @param url the path as in OpenAI's batch format, with the leading {@code /v1}
     * @throws IllegalArgumentException if a part is missing. Without it, jobs would have costs
     *     without a bound, withheld answers would be cached, and parts of documents would fail
     */
    public Endpoint(
            String url, Wire wire, RequestForm request, AnswerForm answer, Streaming streaming) {
        this.url = url;
        this.wire = wire;
        this.request = request;
        this.answer = answer;
        this.streaming = streaming;
        require(!answer.content().isEmpty(), "a content");
        require(answer.texts().isEmpty() != generates(), "texts or vectors");
        require(answer.ends().isEmpty() != generates(), "reasons why an answer ended");
        require(answer.withheld().isEmpty() != generates(), "reasons of a withheld answer");
        require(request.limit().key().isEmpty() != generates(), "the key of an output limit");
        require((streaming == Streaming.NONE) != generates(), "a stream");
        boolean isOfChunks =
                streaming == Streaming.DELTA_CHUNKS || streaming == Streaming.TEXT_CHUNKS;
        require(!isOfChunks || answer.hasChoices(), "choices that end");
        require(answer.fixed().isEmpty() != hasMessages(), "a fixed answer");
    }

    private void require(boolean condition, String part) {
        if (!condition) {
            throw new IllegalArgumentException(url + " needs " + part + ", or must have none");
        }
    }

    /** Returns the path as in OpenAI's batch format, with the leading {@code /v1}. */
    public String url() {
        return url;
    }

    /** Returns the wire that the endpoint belongs to. */
    public Wire wire() {
        return wire;
    }

    /** Returns the form of answers. */
    public AnswerForm answer() {
        return answer;
    }

    /** Returns how answers are streamed. */
    public Streaming streaming() {
        return streaming;
    }

    /** Returns the key of the prompt: a list of messages, or one or several texts. */
    public String promptKey() {
        return request.promptKey();
    }

    /** Returns true if the prompt can be a plain text; false if it must be a list of messages. */
    public boolean acceptsText() {
        return request.acceptsText();
    }

    /** Returns the key of the instructions; empty if they are a message, or if there are none. */
    public String instructionsKey() {
        return request.instructionsKey();
    }

    /** Returns the type of a message part with text; empty if the endpoint has no messages. */
    public String textPart() {
        return request.textPart();
    }

    /** Returns true if the body has messages, which accept passages of documents. */
    public boolean hasMessages() {
        return !textPart().isEmpty();
    }

    /** Returns true if instructions are messages before the user's. */
    public boolean instructsByMessages() {
        return hasMessages() && instructionsKey().isEmpty();
    }

    /** Returns true if answers are generated: they have output tokens, a limit, and a stream. */
    public boolean generates() {
        return answer.vector().isEmpty();
    }

    /** Returns the keys of the limit on output tokens. */
    public RequestForm.Limit limit() {
        return request.limit();
    }

    /** Returns true if {@code background} in the body ends a call before its answer exists. */
    public boolean hasBackgroundMode() {
        return request.hasBackgroundMode();
    }

    /** Returns the JSON fields of the smallest valid body, a short question, without the model. */
    public String smallestQuestion() {
        return request.smallestQuestion();
    }

    /** Returns true if the header belongs to the wire of this endpoint. */
    public boolean accepts(ProviderHeader header) {
        return wire.clientHeaders().contains(header);
    }

    @Override
    public String toString() {
        return url;
    }
}
