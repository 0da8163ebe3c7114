package dev.millrace.router.cache;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.router.cache.result.ResultLine;
import dev.millrace.router.cache.store.CacheStore;
import dev.millrace.router.cache.store.Flight;
import dev.millrace.router.waiting.TurnLimit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs passes over the followers of flights: gives them the outcome of their leader, or finds the
 * next leader. A turn lasts from one tick to the next and visits a bounded number of followers,
 * however many leaders end meanwhile. The next turns continue the passes, beginning with another
 * flight each time, so that a million followers of one flight do not hold up the others.
 */
final class FlightPasses {
    /** Flights whose passes one turn continues at most. */
    private static final int MAX_FLIGHTS = 16;

    private final CacheServices services;
    private final CacheStore store;
    private final JobReleaser releaser;
    private final JobEnds ends;
    private final FollowerEnds followers;
    private final int turnJobs;

    private TurnLimit turn;

    /** Flight with which the last turn began; null before the first turn. */
    private @Nullable String turnBegin;

    /** Whether the store may have passes to continue. */
    private boolean mayHavePasses = true;

    /**
     * @param turnJobs followers that one turn visits at most
     */
    FlightPasses(
            CacheServices services,
            CacheStore store,
            JobReleaser releaser,
            JobEnds ends,
            FollowerEnds followers,
            int turnJobs) {
        this.turnJobs = turnJobs;
        turn = new TurnLimit(turnJobs);
        this.services = services;
        this.store = store;
        this.releaser = releaser;
        this.ends = ends;
        this.followers = followers;
    }

    /** Begins a turn and continues passes of earlier turns; returns true if there were any. */
    boolean continuePasses() {
        turn = new TurnLimit(turnJobs);
        if (!mayHavePasses) {
            return false;
        }
        var passing = store.flights().passing(turnBegin, MAX_FLIGHTS);
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
        Flight flight = store.flights().find(cacheKey).orElse(null);
        if (flight == null || flight.pass() == null) {
            store.flights().deletePass(cacheKey);
            return;
        }
        run(cacheKey, flight, storedOutcome(cacheKey, flight));
    }

    private @Nullable SharedOutcome storedOutcome(String cacheKey, Flight flight) {
        return flight.pass() == null || !flight.pass().hasOutcome()
                ? null
                : store.flights().outcome(cacheKey).flatMap(SharedOutcome::of).orElse(null);
    }

    /**
     * Handles the end of a flight's leader.
     *
     * @param line result of the leader; null if it has none that others may get
     */
    void onLeaderEnd(String cacheKey, Flight flight, @Nullable ResultLine line) {
        SharedOutcome outcome =
                line == null
                        ? storedOutcome(cacheKey, flight)
                        : new SharedOutcome(line, flight.leaderChain());
        if (flight.pass() != null) {
            // Of the pass before, which the new one replaces.
            store.flights().deletePass(cacheKey);
        }
        run(cacheKey, flight.onLeaderEnd(line != null, store.followers().nextSequence()), outcome);
    }

    /** Runs a pass until it is complete or the turn is over, and stores its position. */
    private void run(String cacheKey, Flight start, @Nullable SharedOutcome outcome) {
        var pass = new Pass(cacheKey, start, outcome);
        boolean isComplete = pass.run();
        Flight flight = pass.flight;
        if (!isComplete) {
            store.flights().put(cacheKey, flight);
            store.flights().putPass(cacheKey, outcome == null ? null : outcome.toStored());
            mayHavePasses = true;
            return;
        }
        if (mayHavePasses) {
            store.flights().deletePass(cacheKey);
        }
        if (flight.leader() != null) {
            store.flights().put(cacheKey, flight.withoutPass());
        } else if (hasNewFollowers(cacheKey, flight)) {
            run(cacheKey, flight.onPassEnd(store.followers().nextSequence()), null);
        } else {
            store.flights().delete(cacheKey);
        }
    }

    /** Returns true if jobs have come since the pass began. */
    private boolean hasNewFollowers(String cacheKey, Flight flight) {
        return store.followers().nextSequence() > Objects.requireNonNull(flight.pass()).end()
                && store.followers().hasAny(cacheKey, flight.first());
    }

    /** One turn of a pass. */
    private final class Pass {
        private final String cacheKey;
        private final @Nullable SharedOutcome outcome;
        private Flight flight;

        Pass(String cacheKey, Flight flight, @Nullable SharedOutcome outcome) {
            this.cacheKey = cacheKey;
            this.flight = flight;
            this.outcome = outcome;
        }

        boolean run() {
            Flight.Pass range = Objects.requireNonNull(flight.pass());
            boolean isComplete =
                    store.followers().visit(cacheKey, range.next(), range.end(), this::visit);
            return isComplete || hasLeaderOnly();
        }

        /** Returns true if the pass only looked for a leader and has found one. */
        private boolean hasLeaderOnly() {
            return outcome == null && flight.leader() != null;
        }

        private boolean visit(long sequence, byte[] stored) {
            if (turn.isReached()) {
                return false;
            }
            CachedJob job = followers.read(cacheKey, sequence, stored);
            if (job == null) {
                turn.onVisit(stored.length);
            }
            boolean isDone = job == null || handle(job, sequence);
            flight = flight.onVisited(sequence, !isDone);
            return !hasLeaderOnly();
        }

        /** Ends or releases a follower, or returns false to leave it waiting. */
        private boolean handle(CachedJob job, long sequence) {
            if (outcome != null && outcome.appliesTo(job.headers())) {
                turn.onVisit(outcome.line().bytes().length + job.record().value().length);
                store.followers().remove(job.toWaiting(sequence));
                store.totals()
                        .onCollapsed(
                                ends.end(job, outcome.line(), Provenance.CACHE_COLLAPSED, null));
                return true;
            }
            turn.onVisit(job.record().value().length);
            if (flight.leader() != null) {
                return false;
            }
            store.followers().remove(job.toWaiting(sequence));
            if (release(job)) {
                store.totals().onMiss();
                flight =
                        flight.withLeader(
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
