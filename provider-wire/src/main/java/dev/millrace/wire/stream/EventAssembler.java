package dev.millrace.wire.stream;

import dev.millrace.contracts.job.Endpoint;
import tools.jackson.databind.node.ObjectNode;

/** Assembles the events of one endpoint into a body. Used by one thread. */
sealed interface EventAssembler permits ChunkAssembler, MessageAssembler, ResponseAssembler {

    /**
     * Creates the assembler of an endpoint.
     *
     * @throws IllegalArgumentException if the endpoint has no streamed answers
     */
    static EventAssembler of(Endpoint endpoint, HeldSize held) {
        return switch (endpoint) {
            case CHAT_COMPLETIONS, COMPLETIONS -> new ChunkAssembler(endpoint, held);
            case RESPONSES -> new ResponseAssembler();
            case MESSAGES -> new MessageAssembler(held);
            case EMBEDDINGS ->
                    throw new IllegalArgumentException(endpoint.url() + " is never streamed");
        };
    }

    /** Adds the data of an event that is no error. */
    EventStep accept(ObjectNode data);

    /** Adds the data of an event that is not JSON but the end marker {@code [DONE]}. */
    EventStep acceptDone();

    /** Returns what the stream lacks, for messages. */
    String missing();
}
