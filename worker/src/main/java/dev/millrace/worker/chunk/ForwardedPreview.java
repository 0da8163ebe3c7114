package dev.millrace.worker.chunk;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.configuration.RecordSizes;
import dev.millrace.contracts.chunk.Chunk;
import dev.millrace.contracts.chunk.Chunk.Outcome;
import dev.millrace.contracts.job.JobId;
import dev.millrace.wire.sse.SseEvent;
import dev.millrace.worker.port.ChunkLog;

/**
 * Numbers the chunks of one answer. Belongs to the thread of its call, except {@link #onLost}.
 *
 * <p>The first rejected chunk ends the forwarding, so that the accepted chunks are always the
 * beginning of the answer.
 */
final class ForwardedPreview implements ChunkLog.Preview {
    private final ChunkBuffer buffer;
    private final JobId job;
    private final int attempt;
    private int sequence;
    private boolean isAnswered;
    private boolean isRefused;
    private volatile boolean isLost;

    ForwardedPreview(ChunkBuffer buffer, JobId job, int attempt) {
        this.buffer = buffer;
        this.job = job;
        this.attempt = attempt;
    }

    @Override
    public void onEvent(SseEvent event) {
        if (isRefused || isLost) {
            return;
        }
        int bytes = event.data().length + event.name().getBytes(UTF_8).length;
        var chunk = new Chunk(attempt, sequence, new Chunk.Event(event.name(), event.data()));
        if (bytes <= RecordSizes.MAX_CHUNK_BYTES && buffer.offer(waiting(chunk, bytes))) {
            sequence++;
        } else {
            isRefused = true;
        }
    }

    /** Ends the forwarding: the result has the rest of the answer in the form of its API. */
    @Override
    public void onIrregular() {
        isRefused = true;
    }

    /** Records that an accepted chunk was not written. Can be called from any thread. */
    void onLost() {
        isLost = true;
    }

    /** Returns true if an accepted chunk was not written, which makes later chunks useless. */
    boolean isLost() {
        return isLost;
    }

    @Override
    public void onAnswered() {
        isAnswered = true;
    }

    @Override
    public boolean hasForwarded() {
        return sequence > 0;
    }

    @Override
    public void close() {
        if (hasForwarded()) {
            buffer.offerEnd(waiting(new Chunk(attempt, sequence, new Chunk.End(outcome())), 0));
        }
    }

    private Outcome outcome() {
        if (!isAnswered) {
            return Outcome.FAILED;
        }
        return isRefused || isLost ? Outcome.INCOMPLETE : Outcome.COMPLETE;
    }

    private WaitingChunk waiting(Chunk chunk, int bytes) {
        return new WaitingChunk(this, job, chunk, bytes);
    }
}
