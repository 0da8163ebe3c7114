package dev.millrace.gateway.stream.form;

import dev.millrace.contracts.chunk.Chunk;
import dev.millrace.contracts.job.Endpoint;
import java.io.IOException;

/**
 * The events of one answer, in the form of one API. Used by one thread.
 *
 * <p>Events of the provider are passed on unchanged, except the last one, which is made from the
 * job's result. The form remembers the sent part, so that a result can complete it. The sources of
 * an answer, {@code millrace} in its body, arrive with one of the last events.
 */
public sealed interface StreamForm permits ChatForm, CompletionForm, MessageForm, ResponseForm {

    /** Where the events go. */
    @FunctionalInterface
    interface Output {
        /**
         * Writes an event.
         *
         * @param name empty for none
         */
        void event(String name, byte[] data) throws IOException;

        /** Writes an event without a name. */
        default void event(byte[] data) throws IOException {
            event("", data);
        }
    }

    /**
     * Returns the form of an endpoint.
     *
     * @param includesUsage whether the client asks for the usage, which the provider reports anyway
     * @throws IllegalArgumentException if the endpoint has no streamed answers
     */
    static StreamForm of(Endpoint endpoint, boolean includesUsage, Output out) {
        return switch (endpoint.streaming()) {
            case DELTA_CHUNKS -> new ChatForm(endpoint.answer(), includesUsage, out);
            case TEXT_CHUNKS -> new CompletionForm(endpoint.answer(), includesUsage, out);
            case ITEM_EVENTS -> new ResponseForm(out);
            case BLOCK_EVENTS -> new MessageForm(out);
            case NONE -> throw new IllegalArgumentException(endpoint.url() + " is never streamed");
        };
    }

    /** Passes an event on. */
    void onEvent(Chunk.Event event) throws IOException;

    /** Ends the stream of an answer whose events were all passed on. */
    void end(byte[] body) throws IOException;

    /**
     * Writes the missing part of an answer, and ends its stream. Returns false without ending the
     * stream if the answer does not continue the sent part.
     */
    boolean complete(byte[] body) throws IOException;

    /**
     * Ends the stream with an error.
     *
     * @param error body of the error, in the form of the API's unstreamed answers
     */
    void fail(byte[] error) throws IOException;
}
