package dev.millrace.worker.prompt;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The calls of one model that share a prefix. Belongs to the loop's thread. */
final class PromptGroup {
    /**
     * A provider's minute, and a second more, since calls can arrive in another order than they
     * start.
     */
    private static final long MINUTE_NANOS = Duration.ofSeconds(61).toNanos();

    final ColdCalls coldCalls;

    /** Jobs whose calls have not started. */
    int queued;

    private final Runnable onReleased;

    private final List<Shard> shards = new ArrayList<>();

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

    PromptState state(int shard) {
        return shard < shards.size() ? shards.get(shard).state : new PromptState.Cold();
    }

    void set(int number, PromptState next) {
        Shard shard = shard(number);
        PromptState before = shard.state;
        shard.state = next;
        if (before instanceof PromptState.Warming && !(next instanceof PromptState.Warming)) {
            onReleased.run();
        }
    }

    private Shard shard(int number) {
        while (shards.size() <= number) {
            shards.add(new Shard());
        }
        return shards.get(number);
    }

    /**
     * Returns the shard of the next call that starts, from 0: the first one with room for a call in
     * this minute, so that the number of shards follows the rate, and the first ones stay warm.
     *
     * @param most calls of one shard in a minute; 0 for all calls
     */
    int nextShard(int most, long nowNanos) {
        int number = 0;
        while (number < shards.size() && !shards.get(number).hasRoom(most, nowNanos)) {
            number++;
        }
        return number;
    }

    /** Notes that a call starts whose job has left the queue. */
    void onStarted(int shard, long nowNanos) {
        shard(shard).starts.addLast(nowNanos);
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

    /** Takes back the latest start of a shard. */
    void onWithdrawn(int shard) {
        shard(shard).starts.pollLast();
    }

    /** A machine of the provider with its own cache. */
    private static final class Shard {
        /** Starts of calls in this minute. */
        final ArrayDeque<Long> starts = new ArrayDeque<>();

        PromptState state = new PromptState.Cold();

        boolean hasRoom(int most, long nowNanos) {
            while (!starts.isEmpty() && nowNanos - starts.getFirst() >= MINUTE_NANOS) {
                starts.removeFirst();
            }
            return most == 0 || starts.size() < most;
        }
    }
}
