package dev.millrace.worker.prompt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The calls of one model that share a prefix. Belongs to the loop's thread. */
final class PromptGroup {
    final ColdCalls coldCalls;

    /** Jobs whose calls have not started. */
    int queued;

    private final Runnable onReleased;

    /** What is known about the prefix in the shards of each API key. */
    private final List<PromptShards> shards = new ArrayList<>();

    private long lastStartNanos;

    /** True if jobs were queued when the last call had started. */
    private boolean hadQueued;

    /**
     * @param coldCalls the measured calls of the model
     * @param onReleased run when jobs that wait for another call can start
     */
    PromptGroup(ColdCalls coldCalls, Runnable onReleased, long nowNanos) {
        this.coldCalls = coldCalls;
        this.onReleased = onReleased;
        lastStartNanos = nowNanos;
    }

    /** Returns what is known about the shards of an API key, by the key's index. */
    PromptShards shards(int key) {
        while (shards.size() <= key) {
            shards.add(new PromptShards(onReleased, lastStartNanos));
        }
        return shards.get(key);
    }

    /** Notes that a call starts whose job has left the queue. */
    void onStarted(long nowNanos) {
        lastStartNanos = nowNanos;
        hadQueued = queued > 0;
    }

    /**
     * Returns true if queued jobs are called so seldom that a cache would forget the prefix between
     * two calls: the last job waited that long for the call that starts now.
     */
    boolean isForgottenBetweenCalls(Duration ttl, long nowNanos) {
        return hadQueued && nowNanos - lastStartNanos >= ttl.toNanos();
    }
}
