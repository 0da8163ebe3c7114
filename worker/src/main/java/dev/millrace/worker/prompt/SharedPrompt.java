package dev.millrace.worker.prompt;

import dev.millrace.worker.job.JobPrompt;
import dev.millrace.worker.prompt.PromptCacheRule.Marks;
import dev.millrace.worker.prompt.PromptFields.Breakpoint;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The prompt of one job among the prompts of its group, which have an equal prefix and one model.
 * Belongs to the loop's thread.
 */
public class SharedPrompt implements JobPrompt {
    private final PromptPrefix prefix;
    private final PromptCacheRule rule;
    private final PromptGroup group;
    private boolean isQueued = true;
    private long startedNanos;

    /** The shards of the last call's API key. */
    private PromptShards shards;

    /** The shard of the last call, from 0: a machine of the provider with its own cache. */
    private int shard;

    /** True if the last call began to write the prefix. */
    private boolean isLeader;

    /** True if the next call ends the prefix with a breakpoint. */
    private boolean isMarked;

    SharedPrompt(PromptPrefix prefix, PromptCacheRule rule, PromptGroup group) {
        this.prefix = prefix;
        this.rule = rule;
        this.group = group;
        shards = group.shards(0);
        group.queued++;
    }

    @Override
    public OptionalLong affinity() {
        return rule.caches(prefix.bytes())
                ? OptionalLong.of(prefix.affinity())
                : OptionalLong.empty();
    }

    @Override
    public long waitNanos(int key, long nowNanos) {
        PromptShards next = group.shards(key);
        return next.state(nextShard(next, nowNanos)).waitNanos(this, longestWait(), nowNanos);
    }

    /** Returns the shard of the next call; 0 unless the call adds a key to its body. */
    private int nextShard(PromptShards next, long nowNanos) {
        return addedKey().map(it -> next.nextShard(it.callsPerMinute(), nowNanos)).orElse(0);
    }

    private Optional<PromptCacheRule.Keys> addedKey() {
        return rule.keys().filter(_ -> rule.caches(prefix.bytes()) && !prefix.hasOwnFields());
    }

    /** Returns how long calls wait for a call of the model that finds no cache. */
    Duration longestWait() {
        return group.coldCalls.longestWait();
    }

    @Override
    public Duration longestCall() {
        return group.coldCalls.longestCall();
    }

    @Override
    public void onStarted(int key, long nowNanos) {
        leaveQueue();
        startedNanos = nowNanos;
        shards = group.shards(key);
        shard = nextShard(shards, nowNanos);
        isMarked = isWorthAMark(nowNanos);
        group.onStarted(nowNanos);
        shards.onStarted();
        isLeader = false;
        if (isCached()) {
            PromptState next = shards.state(shard).onStarted(this, rule.ttl(), nowNanos);
            isLeader = next instanceof PromptState.Warming warming && warming.isLedBy(this);
            shards.set(shard, next);
        }
    }

    /** Returns true if a breakpoint saves money: the prefix is cached, or enough jobs share it. */
    private boolean isWorthAMark(long nowNanos) {
        return rule.marks().isPresent()
                && prefix.isMarkable()
                && !prefix.hasOwnFields()
                && rule.caches(prefix.bytes())
                && (shards.state(shard).isWarm(nowNanos) || isReadOftenEnough(nowNanos));
    }

    private boolean isReadOftenEnough(long nowNanos) {
        return group.queued + 1 >= rule.breakEven()
                && !group.isForgottenBetweenCalls(rule.ttl(), nowNanos);
    }

    /** Returns true if the provider caches the prefix of the call. */
    private boolean isCached() {
        return rule.isReadableAtFirstToken()
                && rule.caches(prefix.bytes())
                && (rule.marks().isEmpty() || isMarked || prefix.hasOwnFields());
    }

    @Override
    public void onWithdrawn(long nowNanos) {
        if (!isQueued) {
            isQueued = true;
            group.queued++;
            shards.onWithdrawn();
        }
        onFailed(nowNanos);
    }

    @Override
    public void onFailed(long nowNanos) {
        shards.set(shard, shards.state(shard).onFailed(this, nowNanos));
    }

    @Override
    public void onAnswered(Duration readable, Duration took, long nowNanos) {
        if (isLeader) {
            // Also if a follower that waited no longer was answered before.
            group.coldCalls.add(readable, took);
        }
        // Providers count the time from the start of a call.
        long untilNanos = startedNanos + rule.ttl().toNanos();
        boolean isLater =
                !(shards.state(shard) instanceof PromptState.Warm warm)
                        || warm.untilNanos() - untilNanos < 0;
        if (isCached() && isLater) {
            shards.set(shard, new PromptState.Warm(untilNanos));
        }
    }

    @Override
    public void onEnded(long nowNanos) {
        leaveQueue();
        onFailed(nowNanos);
    }

    private void leaveQueue() {
        if (isQueued) {
            isQueued = false;
            group.queued--;
        }
    }

    @Override
    public PromptFields nextFields() {
        if (prefix.hasOwnFields()) {
            return PromptFields.NONE;
        }
        Map<String, String> atTop = new HashMap<>();
        addedKey().ifPresent(it -> atTop.put(it.field(), key()));
        rule.marks()
                .flatMap(Marks::onlyMarked)
                .filter(_ -> !prefix.hasHistory() && rule.caches(prefix.bodyBytes()))
                .ifPresent(it -> atTop.put(it.field(), it.json()));
        Optional<Breakpoint> breakpoint = rule.marks().map(Marks::breakpoint);
        return new PromptFields(atTop, breakpoint.filter(_ -> isMarked));
    }

    private String key() {
        return "\"millrace-" + prefix.digest() + "-" + shard + "\"";
    }
}
