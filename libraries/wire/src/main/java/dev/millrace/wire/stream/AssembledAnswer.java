package dev.millrace.wire.stream;

/** The outcome of a streamed answer. */
public sealed interface AssembledAnswer {
    /**
     * The answer is complete by its own signs.
     *
     * @param body the body that the unstreamed call would have given, as JSON
     */
    record Complete(byte[] body) implements AssembledAnswer {}

    /**
     * The provider reported an error inside the stream.
     *
     * @param errorBody the error as JSON, in a form that an error response could have
     */
    record Failed(byte[] errorBody, PartialAnswer partial) implements AssembledAnswer {
        /** Creates an error before any content. */
        public Failed(byte[] errorBody) {
            this(errorBody, PartialAnswer.NONE);
        }
    }

    /**
     * The stream ended before its answer.
     *
     * @param missing the missing part, for messages
     */
    record Incomplete(String missing, PartialAnswer partial) implements AssembledAnswer {
        /** Creates the end of a stream without content. */
        public Incomplete(String missing) {
            this(missing, PartialAnswer.NONE);
        }
    }

    /**
     * No answer can be assembled from the stream.
     *
     * @param reason human-readable, in half a sentence
     */
    record Malformed(String reason, PartialAnswer partial) implements AssembledAnswer {
        /** Creates a stream without content. */
        public Malformed(String reason) {
            this(reason, PartialAnswer.NONE);
        }
    }

    /**
     * The answer, one of its events or one of its lines is longer than allowed.
     *
     * @param what the too long part of the stream, for messages
     */
    record TooLarge(String what, PartialAnswer partial) implements AssembledAnswer {
        /** Creates a stream without content. */
        public TooLarge(String what) {
            this(what, PartialAnswer.NONE);
        }
    }
}
