package dev.millrace.configuration;

import dev.millrace.contracts.topic.Topics;

/**
 * Maximum record size of each topic, in bytes. Each stage adds headers or an envelope to its input,
 * so its output limit is a little above its input limit. Every accepted record can therefore be
 * passed on.
 *
 * @param request a line of the maximum size and the producer's headers
 * @param job a request and the router's headers
 * @param deadLetter a request or a job and the reason
 * @param result an answer of the maximum size and its envelope
 */
public record RecordSizes(int request, int job, int deadLetter, int result) {
    /** What each stage adds. */
    private static final int STAGE_BYTES = Topics.OVERHEAD_BYTES;

    /** Envelope, metadata, and an error page of 64 Ki characters as an escaped JSON string. */
    private static final int ENVELOPE_BYTES = 1 << 20;

    /**
     * Maximum value of a chunk. The tokens of an event are few; only an event that repeats the
     * whole answer can be longer, and is not forwarded.
     */
    public static final int MAX_CHUNK_BYTES = 1 << 20;

    public static RecordSizes of(TopicsConfig topics) {
        int request = topics.maxRequestBytes() + STAGE_BYTES;
        int job = request + STAGE_BYTES;
        return new RecordSizes(
                request, job, job + STAGE_BYTES, topics.maxResponseBytes() + ENVELOPE_BYTES);
    }

    /** Returns the maximum size of a chunk, which does not depend on the configuration. */
    public static int chunk() {
        return MAX_CHUNK_BYTES + STAGE_BYTES;
    }

    /** Returns the largest of all limits. */
    public int largest() {
        return Math.max(deadLetter, result);
    }
}
