package dev.millrace.worker.prompt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What is known about one prefix in the shards of one API key, which are machines of its account
 * with a cache each. Belongs to the loop's thread.
 */
final class PromptShards {
    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

    private final Runnable onReleased;

    /** What is known about the prefix in the cache of each shard. */
    private final List<PromptState> shards = new ArrayList<>();

    private long minuteNanos;
    private int startedInMinute;

    /**
     * @param onReleased run when jobs that wait for another call can start
     * @param minuteNanos a time before the first call, at which a minute can have begun
     */
    PromptShards(Runnable onReleased, long minuteNanos) {
        this.onReleased = onReleased;
        this.minuteNanos = minuteNanos;
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

    /** Notes that a call starts. */
    void onStarted() {
        startedInMinute++;
    }

    /** Takes back a start. */
    void onWithdrawn() {
        startedInMinute = Math.max(0, startedInMinute - 1);
    }
}
