package dev.millrace.worker.prompt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The calls of one model that share a prefix. Belongs to the loop's thread. */
final class PromptGroup {
    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

    final ColdCalls coldCalls;

    /** Jobs whose calls have not started. */
    int queued;

    private final Runnable onReleased;

    /** What is known about the prefix in the cache of each shard. */
    private final List<PromptState> shards = new ArrayList<>();

    private long minuteNanos;
    private int startedInMinute;

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
        minuteNanos = nowNanos;
        lastStartNanos = nowNanos;
    }

    PromptState state(int shard) {
        return shard < shards.size() ? shards.get(shard) : new PromptState.Cold();
    }

    void set(int shard, PromptState next) {
        while (shards.size() <= shard) {
            shards.add(new PromptState.Cold());
        }
        PromptState before = shards.set(shard, next);
        if (before instanceof PromptState.Warming && !(next instanceof PromptState.Warming)) {
            onReleased.run();
        }
    }

    /**
     * Returns the shard of the next call that starts, from 0. Calls of a minute fill one shard
     * after the other, so that the number of shards follows the rate, and the first ones stay warm.
     *
     * @param most calls of one shard in a minute; 0 for all calls
     */
    int nextShard(int most, long nowNanos) {
        if (nowNanos - minuteNanos >= MINUTE_NANOS) {
            minuteNanos = nowNanos;
            startedInMinute = 0;
        }
        return most == 0 ? 0 : startedInMinute / most;
    }

    /** Notes that a call starts whose job has left the queue. */
    void onStarted(long nowNanos) {
        startedInMinute++;
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

    /** Takes back a start. */
    void onWithdrawn() {
        startedInMinute = Math.max(0, startedInMinute - 1);
    }
}
