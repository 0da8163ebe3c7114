package dev.millrace.client.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.json.JsonObjectEdit;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import java.time.Instant;

/**
 * A valid request. The static methods start a builder for each endpoint; {@link #ofLine} takes a
 * line of a batch file.
 */
public final class Request {
    private final ParsedLine parsed;

    private Request(ParsedLine parsed) {
        this.parsed = parsed;
    }

    /**
     * Starts a request of {@code /v1/chat/completions}.
     *
     * @param model name or alias of a model, or {@code auto}, which lets the router choose
     */
    public static ChatCompletion chatCompletion(String model) {
        return new ChatCompletion(model);
    }

    /**
     * Starts a request of {@code /v1/responses}.
     *
     * @param model name or alias of a model, or {@code auto}, which lets the router choose
     */
    public static Response response(String model) {
        return new Response(model);
    }

    /**
     * Starts a request of {@code /v1/messages}, Anthropic's API.
     *
     * @param model name or alias of a model, or {@code auto}, which lets the router choose
     * @param maxTokens limit on the output tokens, which this API requires
     */
    public static Message message(String model, int maxTokens) {
        return new Message(model, maxTokens);
    }

    /**
     * Starts a request of {@code /v1/embeddings}.
     *
     * @param model name or alias of a model
     */
    public static Embedding embedding(String model) {
        return new Embedding(model);
    }

    /**
     * Starts a request of {@code /v1/completions}.
     *
     * @param model name or alias of a model
     */
    public static Completion completion(String model) {
        return new Completion(model);
    }

    /**
     * Creates a request from a line of a batch file.
     *
     * @param json an OpenAI batch input line in UTF-8; not modified afterwards
     * @throws IllegalArgumentException with every problem of an invalid line
     */
    public static Request ofLine(byte[] json) {
        ParsedLine parsed = ParsedLine.of(new BatchLine(1, json, json.length));
        parsed.problem(json.length)
                .ifPresent(
                        problem -> {
                            throw new IllegalArgumentException(problem);
                        });
        return new Request(parsed);
    }

    /** Returns the line as the pipeline parses it. */
    public ParsedLine line() {
        return parsed;
    }

    /** Returns the custom_id, which the result repeats. */
    public String customId() {
        return accepted().customId();
    }

    /** Returns the url of the endpoint, such as {@code /v1/responses}. */
    public String url() {
        return accepted().endpoint().url();
    }

    /** Returns the line in UTF-8. */
    public String json() {
        return new String(parsed.value(), UTF_8);
    }

    /** Returns this request with a deadline, unless it has one. */
    public Request withDeadline(Instant deadline) {
        if (parsed.options().deadline() != null) {
            return this;
        }
        var option = new JsonObjectEdit().set("deadline", JsonBytes.quoted(deadline.toString()));
        byte[] line = accepted().bytes();
        return ofLine(new JsonObjectEdit().edit("millrace", option).apply(line, 0, line.length));
    }

    private RequestLine accepted() {
        return parsed.parsed().accepted();
    }

    /** Returns the custom_id and the url, without the content. */
    @Override
    public String toString() {
        return "Request[" + customId() + ", " + url() + "]";
    }
}
