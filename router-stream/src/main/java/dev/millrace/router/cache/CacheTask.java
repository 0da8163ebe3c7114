package dev.millrace.router.cache;

import dev.millrace.contracts.control.CacheStats;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.router.cache.CachedJob.UnreadableLookup;
import dev.millrace.router.cache.store.CacheStore;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.result.ResultLine;
import dev.millrace.router.result.ResultLineReader;
import dev.millrace.router.waiting.Interval;
import dev.millrace.router.waiting.WaitingRecord;
import dev.millrace.router.waiting.WaitingRoom;
import dev.millrace.router.waiting.WorkLimit;
import java.time.Duration;
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
 * <p>{@link LookupDecisions} decides. The fourth way belongs to {@link SimilarAnswers}, which can
 * make a job wait first; after each wait, all five ways are checked again.
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
    private final SharedCallPasses passes;
    private final WaitingRoom<CachedJob> room;
    private final LookupDecisions lookups;
    private final SimilarAnswers.Task similar;
    private final int turnJobs;
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
        store = CacheStore.of(entries);
        answers = new AnswerCache(services, store.answers(), store.totals());
        ends = new JobEnds(services, outputs);
        var forwarder = new JobForwarder(services, outputs, ends);
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
        passes = new SharedCallPasses(services, store, forwarder, ends, room, turnJobs);
        lookups = new LookupDecisions(services, store, answers, ends, forwarder, passes, room);
        similar = services.cache().openSimilar(lookups);
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
        if (!lookups.isDecided(job, origin) && !similar.take(job)) {
            var _ = lookups.call(job, origin);
        }
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
        lookups.beginTurn(new WorkLimit(turnJobs));
        hasWorked |= guarded(similar::onTick);
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
        var _ = lookups.sharedCall(cacheKey);
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
