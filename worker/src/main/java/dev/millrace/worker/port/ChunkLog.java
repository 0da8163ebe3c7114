package dev.millrace.worker.port;

import dev.millrace.contracts.job.JobId;
import dev.millrace.wire.sse.SseEvent;
import dev.millrace.wire.stream.StreamListener;

/**
 * Writes previews of streaming answers to the chunk topic; the calls' port. Can be used from any
 * thread. Never waits and never fails: a preview that cannot be written in time ends early.
 */
public interface ChunkLog extends AutoCloseable {
    /** Writes nothing. */
    ChunkLog NONE =
            new ChunkLog() {
                @Override
                public Preview open(JobId job, int attempt) {
                    return Preview.NONE;
                }

                @Override
                public void close() {}
            };

    /** Starts the preview of the answer to one attempt. */
    Preview open(JobId job, int attempt);

    /** Writes the accepted chunks, for a short time, and ends. */
    @Override
    void close();

    /** The preview of one answer. Used by the thread of its call. */
    interface Preview extends StreamListener, AutoCloseable {
        /** Writes nothing. */
        Preview NONE =
                new Preview() {
                    @Override
                    public void onEvent(SseEvent event) {}

                    @Override
                    public void onAnswered() {}

                    @Override
                    public boolean hasForwarded() {
                        return false;
                    }

                    @Override
                    public void close() {}
                };

        /** Forwards an event. Its data must not be modified afterwards. */
        @Override
        void onEvent(SseEvent event);

        /** The events that were forwarded belong to an answer. */
        void onAnswered();

        /** Returns true if an event was forwarded, so that the client has possibly seen it. */
        boolean hasForwarded();

        /** Ends the preview: as failed, unless {@link #onAnswered} was called. */
        @Override
        void close();
    }
}
