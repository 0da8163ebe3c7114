package dev.millrace.wire.stream;

/** The outcome of a streamed answer. */
public sealed interface AssembledAnswer {
    /**
     * The stream reached its end marker.
     *
     * @param body the body that the unstreamed call would have given, as JSON
     */
    record Complete(byte[] body) implements AssembledAnswer {}

    /**
     * The provider reported an error inside the stream.
     *
     * @param errorBody the error as JSON, in a form that an error response could have
     */
    record Failed(byte[] errorBody) implements AssembledAnswer {}

    /**
     * The stream ended before its end marker.
     *
     * @param missing what was awaited, for messages
     */
    record Incomplete(String missing) implements AssembledAnswer {}

    /**
     * The stream breaks the rules of its wire, so no answer can be assembled from it.
     *
     * @param reason for a person, in half a sentence
     */
    record Malformed(String reason) implements AssembledAnswer {}

    /**
     * The answer, one of its events or one of its lines is longer than allowed.
     *
     * @param what the part of the stream that is too long, for messages
     */
    record TooLarge(String what) implements AssembledAnswer {}
}
