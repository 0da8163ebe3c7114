package dev.millrace.wire.stream;

/** Progress of a streamed answer. Only ever moves forward. */
public enum StreamProgress {
    /** No event has carried content yet. */
    BEFORE_CONTENT,
    /** At least one event has carried content: text, reasoning, a refusal or a tool call. */
    IN_CONTENT,
    /** The outcome is known; later bytes are ignored, and the response can be closed. */
    ENDED
}
