package dev.millrace.router.cache;

import dev.millrace.contracts.control.CacheStats;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.router.cache.AnswerCache.Hit;
import dev.millrace.router.cache.CachedJob.UnreadableLookup;
import dev.millrace.router.cache.SimilarLookups.Similar;
import dev.millrace.router.cache.SimilarLookups.SimilarCall;
import dev.millrace.router.cache.SimilarLookups.SimilarHit;
import dev.millrace.router.cache.similar.Question;
import dev.millrace.router.cache.store.CacheStore;
import dev.millrace.router.cache.store.SharedCall;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.result.ResultLine;
import dev.millrace.router.result.ResultLineReader;
import dev.millrace.router.waiting.Interval;
import dev.millrace.router.waiting.WaitingJob;
import dev.millrace.router.waiting.WaitingRecord;
import dev.millrace.router.waiting.WaitingRoom;
import dev.millrace.router.waiting.WorkLimit;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Answers the lookups of one partition. A lookup ends in one of five ways:
 *
 * <pre>
 * the job is cancelled or too late ──► it ends with an error
 * there is an answer ────────────────► it ends with that answer
 * an identical job is being called ──► it waits, as a follower
 * a similar question has an answer ──► it ends with that answer
 * else ──────────────────────────────► it is called, as the leader of a shared call
 * </pre>
 *
 * <p>Before the fourth way is checked, a job can wait for the embedding of its question, and for
 * the calls of similar questions. After each wait, all five ways are checked again.
 *
 * <p>Each method runs within one transaction: its writes to the store, its messages and the handled
 * record are committed together.
 */
public final class CacheTask {
    private static final String FAILED =
            "internal error of Millrace: the router's step \"cache\" failed on this record;"
                    + " no call was made; the router's log has the details";
    private static final int TURN_JOBS = 500;
    private static final Duration SWEEPS = Duration.ofSeconds(1);
    private static final Duration STATS = Duration.ofSeconds(10);

    private final CacheServices services;
    private final CacheOutputs outputs;
    private final int partition;
    private final CacheStore store;
    private final AnswerCache answers;
    private final JobEnds ends;
    private final JobForwarder releaser;
    private final SharedCallPasses passes;
    private final WaitingRoom<CachedJob> room;
    private final SimilarLookups similar;
    private final int turnJobs;

    /** What this turn may still do for jobs that waited for their embedding. */
    private WorkLimit turn;

    private CacheStats counted;
    private CacheStats published;
    private final Interval sweeps = new Interval(SWEEPS, 0);
    private final Interval publications;

    /**
     * Creates the task of a partition.
     *
     * @param entries the store {@link CacheStore#NAME}
     */
    public CacheTask(
            KeyValueStore<Bytes, byte[]> entries,
            CacheServices services,
            CacheOutputs outputs,
            int partition) {
        this(entries, services, outputs, partition, TURN_JOBS);
    }

    /**
     * @param turnJobs most followers of a shared call that one turn visits
     */
    CacheTask(
            KeyValueStore<Bytes, byte[]> entries,
            CacheServices services,
            CacheOutputs outputs,
            int partition,
            int turnJobs) {
        this.services = services;
        this.outputs = outputs;
        this.partition = partition;
        this.turnJobs = turnJobs;
        turn = new WorkLimit(turnJobs);
        store = CacheStore.of(entries);
        answers = new AnswerCache(services, store.answers(), store.totals());
        ends = new JobEnds(services, outputs);
        releaser = new JobForwarder(services, outputs, ends);
        room =
                new WaitingRoom<>(
                        store.followers(),
                        new FollowerEnds(services, store.followers(), ends),
                        CacheServices.STEP,
                        "an identical one",
                        partition,
                        services.control(),
                        services.clock(),
                        services.errors());
        passes = new SharedCallPasses(services, store, releaser, ends, room, turnJobs);
        similar = new SimilarLookups(services, store, answers, room);
        counted = store.totals().stats();
        // Changes after the last publication of the earlier run are published, too.
        published = CacheStats.NONE;
        publications = new Interval(STATS, services.clock().millis());
    }

    /** Handles a record of the lookups topic. */
    public void onLookup(WaitingRecord lookup, Origin origin) {
        boolean isDone =
                services.errors()
                        .succeeds(CacheServices.STEP, origin, () -> lookUp(lookup, origin));
        if (!isDone) {
            ends.bury(lookup, ErrorCode.INTERNAL_ERROR, FAILED, origin);
        }
        endTurn();
    }

    private void lookUp(WaitingRecord lookup, Origin origin) {
        CachedJob job;
        try {
            job = CachedJob.read(lookup, services.topics());
        } catch (UnreadableLookup e) {
            ends.bury(
                    lookup,
                    ErrorCode.MALFORMED_REQUEST,
                    "the record is no lookup of a job: " + e.getMessage(),
                    origin);
            return;
        }
        if (!isDecided(job, origin) && !similar.await(job)) {
            var _ = call(job, origin);
        }
    }

    /**
     * Ends a job without a call, or makes it wait for an identical one. Returns false if it needs a
     * call.
     */
    private boolean isDecided(CachedJob job, @Nullable Origin origin) {
        var refusal = releaser.refusal(job);
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
            long sequence = store.followers().nextSequence();
            store.followers()
                    .add(
                            WaitingJob.of(job.cacheKey(), sequence, job.headers()),
                            job.record().encode());
            return true;
        }
        return false;
    }

    /** Calls a job as the leader of a shared call; returns false if it ended with an error. */
    private boolean call(CachedJob job, @Nullable Origin origin) {
        boolean isReleased = releaser.release(job, origin);
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

    /**
     * Decides on a job that has waited for the embedding of its question.
     *
     * @param question null if there is no embedding
     * @param mayWait true if the job can wait for the call of a similar question
     * @return the cache key of a call that the job has to wait for; empty if the wait is over
     */
    private Optional<String> onEmbedded(
            CachedJob job, @Nullable Question question, boolean mayWait) {
        return services.errors()
                .decide(
                        CacheServices.STEP,
                        null,
                        () -> decideEmbedded(job, question, mayWait),
                        message -> {
                            ends.fail(job, ErrorCode.INTERNAL_ERROR, message, null);
                            return Optional.empty();
                        });
    }

    private Optional<String> decideEmbedded(
            CachedJob job, @Nullable Question question, boolean mayWait) {
        if (isDecided(job, null)) {
            return Optional.empty();
        }
        Similar found = question == null ? null : similar.find(job, question, mayWait).orElse(null);
        if (found instanceof SimilarCall(String cacheKey)) {
            return Optional.of(cacheKey);
        }
        var hit = found instanceof SimilarHit it ? it : null;
        if (hit != null && !isVerified(job, hit.line())) {
            turn.onBytes(hit.line().bytes().length);
            store.totals()
                    .onSemanticHit(
                            ends.end(
                                    job,
                                    hit.line(),
                                    Provenance.CACHE_SEMANTIC,
                                    hit.reused(),
                                    null));
        } else if (call(job, null) && question != null) {
            // The job is called, so that a failure must not end it.
            services.errors()
                    .run(CacheServices.STEP, null, () -> similar.onCalled(job, question, hit));
        }
        return Optional.empty();
    }

    /**
     * Returns true if a job is called although it has an answer. If the call is impossible, the job
     * gets the answer.
     */
    private boolean isVerified(CachedJob job, ResultLine answer) {
        String provider = Objects.requireNonNullElse(answer.provider(), "");
        return similar.isVerified(job)
                && releaser.mayCall(job)
                && !answers.isBreakerOpen(answer.model(), provider);
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
    private Optional<SharedCall> sharedCall(String cacheKey) {
        Optional<SharedCall> sharedCall = store.sharedCalls().find(cacheKey);
        if (sharedCall.filter(it -> it.isLost(services.lostBefore().getAsLong())).isEmpty()) {
            return sharedCall;
        }
        passes.onLeaderEnd(cacheKey, sharedCall.get(), null);
        return store.sharedCalls().find(cacheKey);
    }

    /**
     * Handles a record of the answers topic.
     *
     * @param job the job that ended
     * @param line its result; null if it has none
     * @param writtenMillis timestamp of the record
     */
    public void onAnswer(
            String cacheKey, JobId job, byte @Nullable [] line, long writtenMillis, Origin origin) {
        services.errors()
                .run(
                        CacheServices.STEP,
                        origin,
                        () -> {
                            ResultLine result =
                                    line == null ? null : ResultLineReader.read(line).orElse(null);
                            if (result != null) {
                                answers.keep(cacheKey, result, writtenMillis);
                            }
                            onEnd(cacheKey, job, result);
                            similar.onAnswer(cacheKey, result);
                        });
        endTurn();
    }

    /** Handles the end of a job, which possibly leads a shared call. */
    private void onEnd(String cacheKey, JobId job, @Nullable ResultLine result) {
        boolean isShareable = result != null && result.isShareable();
        store.sharedCalls()
                .find(cacheKey)
                .filter(sharedCall -> sharedCall.mayBeLedBy(job))
                .ifPresent(
                        sharedCall ->
                                passes.onLeaderEnd(
                                        cacheKey, sharedCall, isShareable ? result : null));
    }

    /**
     * Continues the work of earlier turns, and checks deadlines and cancellations.
     *
     * @return true if there is something to commit
     */
    public boolean onTick() {
        boolean hasWorked = guarded(passes::continuePasses);
        turn = new WorkLimit(turnJobs);
        hasWorked |= guarded(() -> similar.decideEmbedded(turn, this::onEmbedded));
        hasWorked |= guarded(similar::countCompared);
        hasWorked |= room.onTick();
        hasWorked |= guarded(this::replaceLostLeaders);
        long now = services.clock().millis();
        if (sweeps.isDue(now)) {
            hasWorked |= guarded(answers::sweep);
            hasWorked |= guarded(similar::sweep);
        }
        hasWorked |= publish(now);
        endTurn();
        return hasWorked;
    }

    private boolean replaceLostLeaders() {
        var lost = store.sharedCalls().lost(services.lostBefore().getAsLong());
        for (String cacheKey : lost) {
            services.errors().run(CacheServices.STEP, null, () -> replaceIfLost(cacheKey));
        }
        return !lost.isEmpty();
    }

    private void replaceIfLost(String cacheKey) {
        var _ = sharedCall(cacheKey);
    }

    private boolean guarded(BooleanSupplier decision) {
        return services.errors().check(CacheServices.STEP, decision);
    }

    private boolean publish(long now) {
        CacheStats stats = store.totals().stats();
        boolean isDue = !stats.equals(published) && publications.isDue(now);
        if (isDue) {
            published = stats;
            outputs.stats(stats);
        }
        return isDue;
    }

    private void endTurn() {
        store.followers().save();
        store.totals().save();
        CacheStats stats = store.totals().stats();
        if (!stats.equals(counted)) {
            services.cache().metrics().onChange(counted, stats);
            counted = stats;
        }
        services.cache()
                .metrics()
                .show(partition, stats, store.followers().waiting(), store.totals().questions());
    }

    /** Forgets this task in the metrics. */
    public void close() {
        services.cache().metrics().onClosed(partition);
    }
}
