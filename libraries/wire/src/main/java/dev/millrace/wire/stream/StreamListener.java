package dev.millrace.wire.stream;

import dev.millrace.wire.sse.SseEvent;

/** Follows a streamed answer while it arrives. Must not wait. */
@FunctionalInterface
public interface StreamListener {
    /**
     * Receives an event of the answer, including the end mark, under its name in the API. Events
     * outside the answer, and repeated events, are left out.
     */
    void onEvent(SseEvent event);

    /**
     * The rest of the stream differs from the form of its API, so it is not reported; the assembled
     * answer includes it. Called at most once.
     */
    default void onIrregular() {}
}
