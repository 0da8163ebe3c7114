package dev.millrace.wire.stream;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Assembles the events of one endpoint into a body. Used by one thread. */
sealed interface EventAssembler permits ChunkAssembler, MessageAssembler, ResponseAssembler {

    /**
     * Creates the assembler of an answer.
     *
     * @throws IllegalArgumentException if the endpoint has no streamed answers
     */
    static EventAssembler of(ExpectedAnswer expected, HeldSize held) {
        return switch (expected.endpoint().streaming()) {
            case DELTA_CHUNKS, TEXT_CHUNKS -> new ChunkAssembler(expected, held);
            case ITEM_EVENTS -> new ResponseAssembler(held);
            case BLOCK_EVENTS -> new MessageAssembler(held);
            case NONE ->
                    throw new IllegalArgumentException(
                            expected.endpoint().url() + " is never streamed");
        };
    }

    /**
     * Adds the data of an event that is no error.
     *
     * @param name name of the event; empty for none
     */
    EventStep accept(String name, ObjectNode data);

    /** Adds the data of an event that is not JSON but an end mark such as {@code [DONE]}. */
    EventStep acceptDone();

    /** Returns true if the answer is complete by its own signs, with or without an end mark. */
    boolean isComplete();

    /** Returns the body of the answer; a {@link Body.Unusable} if none can be assembled. */
    Body body();

    /** Returns the usage that the stream reported at its end; empty before. */
    Optional<ObjectNode> usage();

    /** Returns true if the API ends its streams with {@code [DONE]}. */
    default boolean endsWithDone() {
        return false;
    }

    /** Returns the name that the API gives an event; empty for none. */
    String name(ObjectNode data);

    /** Returns the missing part of the stream, for messages. */
    String missing();

    /** The body of an answer. */
    sealed interface Body {
        /** A body that the unstreamed call could have given. */
        record Usable(ObjectNode json) implements Body {}

        /**
         * No body.
         *
         * @param reason human-readable, in half a sentence
         */
        record Unusable(String reason) implements Body {}
    }
}
