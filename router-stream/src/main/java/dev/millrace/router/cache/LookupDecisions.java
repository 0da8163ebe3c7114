package dev.millrace.router.cache;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.ReusedAnswer;
import dev.millrace.router.cache.AnswerCache.Hit;
import dev.millrace.router.cache.store.CacheStore;
import dev.millrace.router.cache.store.SharedCall;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.result.ResultLine;
import dev.millrace.router.waiting.WaitingJob;
import dev.millrace.router.waiting.WaitingRoom;
import dev.millrace.router.waiting.WorkLimit;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides how the lookups of one task end; {@link CacheTask} shows the ways. {@link SimilarAnswers}
 * decides with it, too.
 */
public final class LookupDecisions {
    private final CacheServices services;
    private final CacheStore store;
    private final AnswerCache answers;
    private final JobEnds ends;
    private final JobForwarder forwarder;
    private final SharedCallPasses passes;
    private final WaitingRoom<CachedJob> room;
    private WorkLimit turn = new WorkLimit(0);

    LookupDecisions(
            CacheServices services,
            CacheStore store,
            AnswerCache answers,
            JobEnds ends,
            JobForwarder forwarder,
            SharedCallPasses passes,
            WaitingRoom<CachedJob> room) {
        this.services = services;
        this.store = store;
        this.answers = answers;
        this.ends = ends;
        this.forwarder = forwarder;
        this.passes = passes;
        this.room = room;
    }

    /**
     * Ends a job without a call, or makes it wait for an identical one. Returns false if it needs a
     * call.
     */
    public boolean isDecided(CachedJob job, @Nullable Origin origin) {
        var refusal = forwarder.refusal(job);
        if (refusal.isPresent()) {
            ends.fail(job, refusal.get().error(), refusal.get().message(), origin);
            return true;
        }
        Optional<Hit> hit = answers.find(job.cacheKey());
        if (hit.isPresent()) {
            onHit(job, hit.get(), origin);
            return true;
        }
        if (sharedCall(job.cacheKey()).isPresent()) {
            var _ = addWaiting(job.cacheKey(), job);
            return true;
        }
        return false;
    }

    private void onHit(CachedJob job, Hit hit, @Nullable Origin origin) {
        turn.onBytes(hit.line().bytes().length);
        var savedUsd = ends.end(job, hit.line(), hit.word(), null, origin);
        if (hit.word().equals(Provenance.CACHE_STALE)) {
            store.totals().onStaleHit(savedUsd);
        } else {
            store.totals().onHit(savedUsd);
        }
    }

    /**
     * Returns the shared call of a key. The followers of a lost shared call get their next leader
     * first.
     */
    Optional<SharedCall> sharedCall(String cacheKey) {
        Optional<SharedCall> sharedCall = store.sharedCalls().find(cacheKey);
        if (sharedCall.filter(it -> it.isLost(services.lostBefore().getAsLong())).isEmpty()) {
            return sharedCall;
        }
        passes.onLeaderEnd(cacheKey, sharedCall.get(), null);
        return store.sharedCalls().find(cacheKey);
    }

    /** Calls a job as the leader of a shared call; returns false if it ended with an error. */
    public boolean call(CachedJob job, @Nullable Origin origin) {
        boolean isReleased = forwarder.release(job, origin);
        if (isReleased) {
            store.totals().onMiss();
            store.sharedCalls()
                    .put(
                            job.cacheKey(),
                            SharedCall.of(
                                    job.headers().jobId(),
                                    job.headers().chain(),
                                    services.clock().millis(),
                                    store.followers().nextSequence()));
        }
        return isReleased;
    }

    /** Ends a job with the answer to a similar question. */
    public void reuse(CachedJob job, ResultLine line, ReusedAnswer reused) {
        turn.onBytes(line.bytes().length);
        store.totals().onSemanticHit(ends.end(job, line, Provenance.CACHE_SEMANTIC, reused, null));
    }

    /** Returns true if a job that has an answer can be called all the same. */
    public boolean canCall(CachedJob job, ResultLine answer) {
        String provider = Objects.requireNonNullElse(answer.provider(), "");
        return forwarder.mayCall(job) && !answers.isBreakerOpen(answer.model(), provider);
    }

    /** Returns the valid answer of a cache key, and remembers its use. */
    public Optional<Hit> find(String cacheKey) {
        return answers.find(cacheKey);
    }

    /** Returns true if a job with this cache key is being called. */
    public boolean isCalled(String cacheKey) {
        return store.sharedCalls().find(cacheKey).isPresent();
    }

    /** Returns what a decision on a job returns; a decision that throws ends the job. */
    public <T> Optional<T> decide(CachedJob job, Supplier<Optional<T>> decision) {
        return services.errors()
                .decide(
                        CacheServices.STEP,
                        null,
                        decision,
                        message -> {
                            ends.fail(job, ErrorCode.INTERNAL_ERROR, message, null);
                            return Optional.empty();
                        });
    }

    /** Does work whose failure ends no job. */
    public void attempt(Runnable work) {
        services.errors().run(CacheServices.STEP, null, work);
    }

    /** Makes a job wait under a key, and returns its position. */
    public long addWaiting(String key, CachedJob job) {
        long sequence = store.followers().nextSequence();
        store.followers().add(WaitingJob.of(key, sequence, job.headers()), job.record().encode());
        return sequence;
    }

    public void removeWaiting(String key, long sequence, CachedJob job) {
        store.followers().remove(WaitingJob.of(key, sequence, job.headers()));
    }

    /** Reads a waiting job; returns false if it no longer waits, since it was cancelled or late. */
    public boolean visitWaiting(String key, long sequence, Consumer<CachedJob> reader) {
        boolean isGone =
                store.followers()
                        .visit(
                                key,
                                sequence,
                                sequence + 1,
                                (_, stored) -> {
                                    CachedJob job = room.read(key, sequence, stored);
                                    if (job != null) {
                                        reader.accept(job);
                                    }
                                    return job == null;
                                });
        return !isGone;
    }

    /** Begins a turn with the given work for jobs that {@link SimilarAnswers} has taken. */
    void beginTurn(WorkLimit work) {
        turn = work;
    }

    /** Returns what this turn may still do for jobs that {@link SimilarAnswers} has taken. */
    public WorkLimit turn() {
        return turn;
    }

    public CacheStore store() {
        return store;
    }

    public InstantSource clock() {
        return services.clock();
    }
}
