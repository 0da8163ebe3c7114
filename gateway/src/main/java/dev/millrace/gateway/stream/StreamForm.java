package dev.millrace.gateway.stream;

import dev.millrace.contracts.chunk.Chunk;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.gateway.http.ApiError;
import java.io.IOException;

/**
 * The events of one answer, in the form of one API. Belongs to the thread of the request.
 *
 * <p>Events of the provider are passed on unchanged, except the last one: it follows the job's
 * result. What was passed on is remembered, so that a result can complete it. The sources of an
 * answer, {@code millrace} in its body, come with one of the last events.
 */
sealed interface StreamForm permits ChatForm, CompletionForm, MessageForm, ResponseForm {

    /**
     * Returns the form of an endpoint.
     *
     * @throws IllegalArgumentException if the endpoint has no streamed answers
     */
    static StreamForm of(StreamedJob job, EventOutput out) {
        return switch (job.endpoint()) {
            case CHAT_COMPLETIONS -> new ChatForm(job.includesUsage(), out);
            case COMPLETIONS -> new CompletionForm(job.includesUsage(), out);
            case RESPONSES -> new ResponseForm(out);
            case MESSAGES -> new MessageForm(job.requestId(), out);
            case EMBEDDINGS ->
                    throw new IllegalArgumentException(
                            Endpoint.EMBEDDINGS.url() + " is never streamed");
        };
    }

    /** Passes an event on. */
    void onEvent(Chunk.Event event) throws IOException;

    /** Ends the stream of an answer whose events were all passed on. */
    void end(byte[] body) throws IOException;

    /**
     * Writes what was not passed on of an answer, and ends its stream. Returns false without ending
     * it if the answer does not continue what was passed on.
     */
    boolean complete(byte[] body) throws IOException;

    /** Ends the stream with an error. */
    void fail(ApiError error) throws IOException;
}
