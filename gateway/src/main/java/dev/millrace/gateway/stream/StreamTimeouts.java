package dev.millrace.gateway.stream;

import dev.millrace.configuration.MillraceConfig;
import java.time.Duration;

/**
 * Longest waits of a client for its stream.
 *
 * @param answer from the request to the end of the stream
 * @param betweenChunks between two chunks of an attempt, once a chunk was sent to the client
 */
public record StreamTimeouts(Duration answer, Duration betweenChunks) {
    /** Lets the worker's own timeout end the attempt first, with its cost events and its error. */
    private static final Duration LONGER_THAN_WORKERS = Duration.ofSeconds(30);

    /**
     * Returns the timeouts of a configuration, from {@code gateway.timeout} and {@code
     * worker.timeouts.between_chunks}.
     */
    public static StreamTimeouts of(MillraceConfig config) {
        return new StreamTimeouts(
                config.gateway().timeout(),
                config.worker().timeouts().betweenChunks().plus(LONGER_THAN_WORKERS));
    }

    /** Returns the timeouts with a longer wait for the answer. */
    StreamTimeouts plus(Duration grace) {
        return new StreamTimeouts(answer.plus(grace), betweenChunks);
    }
}
