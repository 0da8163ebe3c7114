package dev.millrace.worker.prompt;

import java.time.Duration;

/** The calls of one model that share a prefix. Belongs to the loop's thread. */
final class PromptGroup {
    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

    final ColdCalls coldCalls;
    PromptState state = new PromptState.Cold();

    /** Jobs whose calls have not started. */
    int queued;

    private final Runnable onReleased;
    private long minuteNanos;
    private int sentInMinute;

    /**
     * @param coldCalls the measured calls of the model
     * @param onReleased run when jobs that wait for another call can start
     */
    PromptGroup(ColdCalls coldCalls, Runnable onReleased, long nowNanos) {
        this.coldCalls = coldCalls;
        this.onReleased = onReleased;
        minuteNanos = nowNanos;
    }

    void set(PromptState next) {
        if (state instanceof PromptState.Warming && !state.equals(next)) {
            onReleased.run();
        }
        state = next;
    }

    /**
     * Returns the shard of the next call that is sent, from 0. Calls of a minute fill one shard
     * after the other, so that the number of shards follows the rate, and the first ones stay warm.
     *
     * @param most calls of one shard in a minute; 0 for all calls
     */
    int nextShard(int most, long nowNanos) {
        if (nowNanos - minuteNanos >= MINUTE_NANOS) {
            minuteNanos = nowNanos;
            sentInMinute = 0;
        }
        int shard = most == 0 ? 0 : sentInMinute / most;
        sentInMinute++;
        return shard;
    }
}
