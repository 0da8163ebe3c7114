package dev.millrace.worker.prompt;

import dev.millrace.wire.prompt.PromptCacheRule;
import dev.millrace.wire.prompt.PromptCacheRule.Marks;
import dev.millrace.wire.prompt.PromptFields;
import dev.millrace.wire.prompt.PromptFields.Breakpoint;
import dev.millrace.wire.prompt.PromptPrefix;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The prompt of one job among the prompts of its group, which have an equal prefix and one model.
 * Belongs to the loop's thread.
 */
public class SharedPrompt {
    private final PromptPrefix prefix;
    private final PromptCacheRule rule;
    private final PromptGroup group;
    private boolean isQueued = true;
    private long startedNanos;

    /** The shard of the last call, from 0: a machine of the provider with its own cache. */
    private int shard;

    /** True if the next call ends the prefix with a breakpoint. */
    private boolean isMarked;

    SharedPrompt(PromptPrefix prefix, PromptCacheRule rule, PromptGroup group) {
        this.prefix = prefix;
        this.rule = rule;
        this.group = group;
        group.queued++;
    }

    /**
     * Returns a number that is equal for prompts of one group, and random otherwise; empty for a
     * prompt that shares nothing.
     */
    public OptionalLong affinity() {
        return rule.caches(prefix.bytes())
                ? OptionalLong.of(prefix.affinity())
                : OptionalLong.empty();
    }

    /** Returns the nanoseconds for which the call waits for another one; 0 if it can start. */
    public long waitNanos(long nowNanos) {
        return group.state(nextShard(nowNanos)).waitNanos(this, longestWait(), nowNanos);
    }

    /** Returns the shard of the next call; 0 unless the call adds a key to its body. */
    private int nextShard(long nowNanos) {
        return addedKey().map(it -> group.nextShard(it.callsPerMinute(), nowNanos)).orElse(0);
    }

    private Optional<PromptCacheRule.Keys> addedKey() {
        return rule.keys().filter(_ -> rule.caches(prefix.bytes()) && !prefix.hasOwnFields());
    }

    /** Returns how long calls of the model take lately that find no cache. */
    public Duration longestWait() {
        return group.coldCalls.longest();
    }

    /** Records that the call is about to start. */
    public void onStarted(long nowNanos) {
        leaveQueue();
        startedNanos = nowNanos;
        shard = nextShard(nowNanos);
        addedKey().ifPresent(_ -> group.onStarted());
        isMarked = isWorthAMark(nowNanos);
        if (isCached()) {
            group.set(shard, group.state(shard).onStarted(this, rule.ttl(), nowNanos));
        }
    }

    /** Returns true if a breakpoint saves money: the prefix is cached, or enough jobs share it. */
    private boolean isWorthAMark(long nowNanos) {
        return rule.marks().isPresent()
                && prefix.isMarkable()
                && !prefix.hasOwnFields()
                && rule.caches(prefix.bytes())
                && (group.state(shard).isWarm(nowNanos) || group.queued + 1 >= rule.breakEven());
    }

    /** Returns true if the provider caches the prefix of the call. */
    private boolean isCached() {
        return rule.isReadableAtFirstToken()
                && rule.caches(prefix.bytes())
                && (rule.marks().isEmpty() || isMarked || prefix.hasOwnFields());
    }

    /** Records that the call is not made, and that its job waits for another one. */
    public void onWithdrawn() {
        if (!isQueued) {
            isQueued = true;
            group.queued++;
            addedKey().ifPresent(_ -> group.onWithdrawn());
        }
        onFailed();
    }

    /** Records that the call has failed, so that another one leads. */
    public void onFailed() {
        group.set(shard, group.state(shard).onFailed(this));
    }

    /**
     * Records that the call was answered.
     *
     * @param took time from the start of the call until others could read what it has written
     */
    public void onAnswered(Duration took, long nowNanos) {
        PromptState state = group.state(shard);
        if (state instanceof PromptState.Warming warming && warming.isLedBy(this)) {
            group.coldCalls.add(took);
        }
        if (isCached() && !state.isWarm(nowNanos)) {
            // Providers count the time from the start of a call.
            group.set(shard, new PromptState.Warm(startedNanos + rule.ttl().toNanos()));
        }
    }

    /** Records that the job ends in this worker. */
    public void onEnded() {
        leaveQueue();
        onFailed();
    }

    private void leaveQueue() {
        if (isQueued) {
            isQueued = false;
            group.queued--;
        }
    }

    /** Returns what the call, which is sent now, adds to its body. */
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
