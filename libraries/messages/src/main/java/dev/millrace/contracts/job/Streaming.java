package dev.millrace.contracts.job;

/**
 * How an endpoint streams its answers. The module {@code wire} assembles each kind, and writes it
 * for clients; a new kind does not compile until both are defined.
 */
public enum Streaming {
    /** Never. */
    NONE,
    /** Chunks with the news of each choice as {@code delta}, up to {@code [DONE]}. */
    DELTA_CHUNKS,
    /** Chunks in the form of the whole answer, each with a piece of text, up to {@code [DONE]}. */
    TEXT_CHUNKS,
    /** Named events of items of output, with the whole answer in the last event. */
    ITEM_EVENTS,
    /** Named events of blocks of content. */
    BLOCK_EVENTS
}
