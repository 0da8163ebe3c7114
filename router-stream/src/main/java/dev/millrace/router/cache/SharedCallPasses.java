package dev.millrace.router.cache;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.router.cache.store.CacheStore;
import dev.millrace.router.cache.store.SharedCall;
import dev.millrace.router.cache.store.SharedOutcome;
import dev.millrace.router.result.ResultLine;
import dev.millrace.router.waiting.WaitingJob;
import dev.millrace.router.waiting.WaitingRoom;
import dev.millrace.router.waiting.WorkLimit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs passes over the followers of shared calls: gives them the outcome of their leader, or finds
 * the next leader. A turn lasts from one tick to the next and visits a bounded number of followers,
 * however many leaders end during it. The next turns continue the passes, each beginning with
 * another shared call, so that a million followers of one shared call do not hold up the others.
 */
final class SharedCallPasses {
    /** Most shared calls whose passes one turn continues. */
    private static final int MAX_CALLS = 16;

    private final CacheServices services;
    private final CacheStore store;
    private final JobForwarder releaser;
    private final JobEnds ends;
    private final WaitingRoom<CachedJob> room;
    private final int turnJobs;

    private WorkLimit turn;

    /** Cache key at which the last turn began; null before the first turn. */
    private @Nullable String turnBegin;

    /** True if the store possibly has passes to continue. */
    private boolean mayHavePasses = true;

    /**
     * @param turnJobs most followers that one turn visits
     */
    SharedCallPasses(
            CacheServices services,
            CacheStore store,
            JobForwarder releaser,
            JobEnds ends,
            WaitingRoom<CachedJob> room,
            int turnJobs) {
        this.turnJobs = turnJobs;
        turn = new WorkLimit(turnJobs);
        this.services = services;
        this.store = store;
        this.releaser = releaser;
        this.ends = ends;
        this.room = room;
    }

    /** Begins a turn and continues passes of earlier turns; returns true if there were any. */
    boolean continuePasses() {
        turn = new WorkLimit(turnJobs);
        if (!mayHavePasses) {
            return false;
        }
        var passing = store.sharedCalls().passing(turnBegin, MAX_CALLS);
        for (String cacheKey : passing) {
            if (!turn.isReached()) {
                services.errors().run(CacheServices.STEP, null, () -> continuePass(cacheKey));
            }
        }
        mayHavePasses = !passing.isEmpty();
        turnBegin = mayHavePasses ? passing.getFirst() : null;
        return mayHavePasses;
    }

    private void continuePass(String cacheKey) {
        SharedCall sharedCall = store.sharedCalls().find(cacheKey).orElse(null);
        if (sharedCall == null || sharedCall.pass() == null) {
            store.sharedCalls().deletePass(cacheKey);
            return;
        }
        run(cacheKey, sharedCall, storedOutcome(cacheKey, sharedCall));
    }

    private @Nullable SharedOutcome storedOutcome(String cacheKey, SharedCall sharedCall) {
        return sharedCall.pass() == null || !sharedCall.pass().hasOutcome()
                ? null
                : store.sharedCalls().outcome(cacheKey).orElse(null);
    }

    /**
     * Handles the end of a shared call's leader.
     *
     * @param line result of the leader; null if it has none that others can get
     */
    void onLeaderEnd(String cacheKey, SharedCall sharedCall, @Nullable ResultLine line) {
        SharedOutcome outcome =
                line == null
                        ? storedOutcome(cacheKey, sharedCall)
                        : new SharedOutcome(line, sharedCall.leaderChain());
        if (sharedCall.pass() != null) {
            // Deletes the previous pass, which the new one replaces.
            store.sharedCalls().deletePass(cacheKey);
        }
        run(
                cacheKey,
                sharedCall.onLeaderEnd(line != null, store.followers().nextSequence()),
                outcome);
    }

    /** Runs a pass until it is complete or the turn is over, and stores its position. */
    private void run(String cacheKey, SharedCall start, @Nullable SharedOutcome outcome) {
        var pass = new Pass(cacheKey, start, outcome);
        boolean isComplete = pass.run();
        SharedCall sharedCall = pass.sharedCall;
        if (!isComplete) {
            store.sharedCalls().put(cacheKey, sharedCall);
            store.sharedCalls().putPass(cacheKey, outcome);
            mayHavePasses = true;
            return;
        }
        if (mayHavePasses) {
            store.sharedCalls().deletePass(cacheKey);
        }
        if (sharedCall.leader() != null) {
            store.sharedCalls().put(cacheKey, sharedCall.withoutPass());
        } else if (hasNewFollowers(cacheKey, sharedCall)) {
            run(cacheKey, sharedCall.onPassEnd(store.followers().nextSequence()), null);
        } else {
            store.sharedCalls().delete(cacheKey);
        }
    }

    /** Returns true if jobs have arrived since the pass began. */
    private boolean hasNewFollowers(String cacheKey, SharedCall sharedCall) {
        return store.followers().nextSequence() > Objects.requireNonNull(sharedCall.pass()).end()
                && store.followers().hasAny(cacheKey, sharedCall.first());
    }

    /** One turn of a pass. */
    private final class Pass {
        private final String cacheKey;
        private final @Nullable SharedOutcome outcome;
        private SharedCall sharedCall;

        Pass(String cacheKey, SharedCall sharedCall, @Nullable SharedOutcome outcome) {
            this.cacheKey = cacheKey;
            this.sharedCall = sharedCall;
            this.outcome = outcome;
        }

        boolean run() {
            SharedCall.Pass range = Objects.requireNonNull(sharedCall.pass());
            boolean isComplete =
                    store.followers().visit(cacheKey, range.next(), range.end(), this::visit);
            return isComplete || hasLeaderOnly();
        }

        /** Returns true if the pass only looked for a leader and has found one. */
        private boolean hasLeaderOnly() {
            return outcome == null && sharedCall.leader() != null;
        }

        private boolean visit(long sequence, byte[] stored) {
            if (turn.isReached()) {
                return false;
            }
            CachedJob job = room.read(cacheKey, sequence, stored);
            if (job == null) {
                turn.onVisit(stored.length);
            }
            boolean isDone = job == null || handle(job, sequence);
            sharedCall = sharedCall.onVisited(sequence, !isDone);
            return !hasLeaderOnly();
        }

        /** Ends or releases a follower; returns false if the follower has to wait. */
        private boolean handle(CachedJob job, long sequence) {
            if (outcome != null && outcome.appliesTo(job.headers())) {
                turn.onVisit(outcome.line().bytes().length + job.record().value().length);
                store.followers().remove(WaitingJob.of(cacheKey, sequence, job.headers()));
                store.totals()
                        .onCollapsed(
                                ends.end(
                                        job,
                                        outcome.line(),
                                        Provenance.CACHE_COLLAPSED,
                                        null,
                                        null));
                return true;
            }
            turn.onVisit(job.record().value().length);
            if (sharedCall.leader() != null) {
                return false;
            }
            store.followers().remove(WaitingJob.of(cacheKey, sequence, job.headers()));
            if (release(job)) {
                store.totals().onMiss();
                sharedCall =
                        sharedCall.withLeader(
                                job.headers().jobId(),
                                job.headers().chain(),
                                services.clock().millis());
            }
            return true;
        }

        private boolean release(CachedJob job) {
            return services.errors()
                    .decide(
                            CacheServices.STEP,
                            null,
                            () -> releaser.release(job, null),
                            message -> {
                                ends.fail(job, ErrorCode.INTERNAL_ERROR, message, null);
                                return false;
                            });
        }
    }
}
