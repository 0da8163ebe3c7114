package dev.millrace.worker.chunk;

import dev.millrace.contracts.chunk.Chunk;
import dev.millrace.contracts.job.JobId;

/**
 * A chunk that waits to be written.
 *
 * @param bytes length of its data and name
 */
record WaitingChunk(ForwardedPreview preview, JobId job, Chunk chunk, int bytes) {
    boolean isEnd() {
        return chunk.content() instanceof Chunk.End;
    }
}
