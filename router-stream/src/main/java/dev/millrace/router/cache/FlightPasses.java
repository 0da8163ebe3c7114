package dev.millrace.router.cache;

import dev.millrace.contracts.result.Provenance;
import dev.millrace.router.cache.store.CacheStore;
import dev.millrace.router.cache.store.Flight;
import dev.millrace.router.cache.store.LookupRecord;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs passes over the followers of flights: gives them the outcome of their leader, or finds the
 * next leader. A turn is bounded, so that a million followers stop nobody else; the next turns
 * continue the pass.
 */
final class FlightPasses {
    /** Flights whose passes one turn continues at most. */
    private static final int MAX_FLIGHTS = 16;

    private final CacheServices services;
    private final CacheStore store;
    private final JobReleaser releaser;
    private final JobEnds ends;
    private final int turnJobs;

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
            int turnJobs) {
        this.turnJobs = turnJobs;
        this.services = services;
        this.store = store;
        this.releaser = releaser;
        this.ends = ends;
    }

    /** The work that one turn may do. Belongs to that turn. */
    static final class TurnBudget {
        private static final long MAX_BYTES = 8L << 20;

        private int jobs;
        private long bytes = MAX_BYTES;

        TurnBudget(int jobs) {
            this.jobs = jobs;
        }

        boolean isUsedUp() {
            return jobs <= 0 || bytes <= 0;
        }

        void onVisit(int workBytes) {
            jobs--;
            bytes -= workBytes;
        }
    }

    /** Continues passes of earlier turns, and returns true if there were any. */
    boolean continuePasses() {
        if (!mayHavePasses) {
            return false;
        }
        var budget = new TurnBudget(turnJobs);
        var passing = store.flights().passing(MAX_FLIGHTS);
        for (String cacheKey : passing) {
            if (!budget.isUsedUp()) {
                continuePass(cacheKey, budget);
            }
        }
        mayHavePasses = !passing.isEmpty();
        return mayHavePasses;
    }

    private void continuePass(String cacheKey, TurnBudget budget) {
        Flight flight = store.flights().find(cacheKey).orElse(null);
        if (flight == null || flight.pass() == null) {
            store.flights().deletePass(cacheKey);
            return;
        }
        run(cacheKey, flight, storedOutcome(cacheKey, flight), budget);
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
        run(
                cacheKey,
                flight.onLeaderEnd(line != null, store.followers().nextSequence()),
                outcome,
                new TurnBudget(turnJobs));
    }

    /** Runs a pass until it is complete or the budget is used up, and stores what is left. */
    private void run(
            String cacheKey, Flight start, @Nullable SharedOutcome outcome, TurnBudget budget) {
        var pass = new Pass(start, outcome, budget);
        boolean isComplete = pass.run(cacheKey);
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
            run(cacheKey, flight.onPassEnd(store.followers().nextSequence()), null, budget);
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
        private final @Nullable SharedOutcome outcome;
        private final TurnBudget budget;
        private Flight flight;

        Pass(Flight flight, @Nullable SharedOutcome outcome, TurnBudget budget) {
            this.flight = flight;
            this.outcome = outcome;
            this.budget = budget;
        }

        boolean run(String cacheKey) {
            Flight.Pass range = Objects.requireNonNull(flight.pass());
            boolean isComplete =
                    store.followers().visit(cacheKey, range.next(), range.end(), this::visit);
            return isComplete || hasLeaderOnly();
        }

        /** Returns true if the pass only looked for a leader and has found one. */
        private boolean hasLeaderOnly() {
            return outcome == null && flight.leader() != null;
        }

        private boolean visit(long sequence, LookupRecord waiting) {
            if (budget.isUsedUp()) {
                return false;
            }
            CachedJob job = CachedJob.readWaiting(waiting, services.topics());
            boolean isDone = handle(job, sequence);
            flight = flight.onVisited(sequence, !isDone);
            return !hasLeaderOnly();
        }

        /** Ends or releases a follower, or returns false to leave it waiting. */
        private boolean handle(CachedJob job, long sequence) {
            if (outcome != null && outcome.appliesTo(job.headers())) {
                budget.onVisit(outcome.line().bytes().length + job.record().value().length);
                store.followers().remove(job.toFollower(sequence));
                store.totals()
                        .onCollapsed(
                                ends.end(job, outcome.line(), Provenance.CACHE_COLLAPSED, null));
                return true;
            }
            budget.onVisit(job.record().value().length);
            if (flight.leader() != null) {
                return false;
            }
            store.followers().remove(job.toFollower(sequence));
            if (releaser.release(job, null)) {
                store.totals().onMiss();
                flight =
                        flight.withLeader(
                                job.headers().jobId(),
                                job.headers().chain(),
                                services.clock().millis());
            }
            return true;
        }
    }
}
