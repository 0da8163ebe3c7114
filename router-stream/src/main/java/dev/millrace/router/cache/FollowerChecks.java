package dev.millrace.router.cache;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.router.cache.FlightPasses.TurnBudget;
import dev.millrace.router.cache.store.CacheStore;
import dev.millrace.router.cache.store.Follower;
import dev.millrace.router.cache.store.LookupRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Ends waiting jobs whose deadline has passed or that were cancelled, and finds lost flights. Each
 * turn does a bounded part.
 */
final class FollowerChecks {
    static final int MAX_TURN = 256;

    private static final Map<ControlKey, OperatorCommand> NO_CANCELLATIONS = Map.of();

    private final CacheServices services;
    private final CacheStore store;
    private final JobEnds ends;

    private @Nullable ControlState scannedControl;
    private Map<ControlKey, OperatorCommand> scannedCancellations = NO_CANCELLATIONS;
    private boolean isScanningCancellations;
    private @Nullable Bytes nextFollower;

    private long checkedLostBefore = Long.MIN_VALUE;
    private boolean isScanningFlights;
    private @Nullable Bytes nextFlight;

    FollowerChecks(CacheServices services, CacheStore store, JobEnds ends) {
        this.services = services;
        this.store = store;
        this.ends = ends;
    }

    /** Ends jobs whose deadline has passed, and returns true if there may be more. */
    boolean endExpired() {
        var now = services.now();
        List<Follower> expired = store.followers().expired(now.toEpochMilli(), MAX_TURN);
        var budget = new TurnBudget(MAX_TURN);
        for (Follower follower : expired) {
            if (budget.isUsedUp()) {
                return true;
            }
            // The index has milliseconds only.
            if (follower.deadline() != null && !now.isBefore(follower.deadline())) {
                end(
                        follower,
                        ErrorCode.DEADLINE_EXCEEDED,
                        "the deadline "
                                + follower.deadline()
                                + " has passed while the job waited for an identical one",
                        budget);
            }
        }
        return expired.size() == MAX_TURN;
    }

    /**
     * Ends cancelled jobs. Visits all waiting jobs after each change of the cancellations; later
     * jobs are checked when they come. Returns true if a job was ended.
     */
    boolean endCancelled() {
        ControlState control = services.control().get();
        if (control != scannedControl) {
            scannedControl = control;
            Map<ControlKey, OperatorCommand> cancellations = cancellations(control);
            if (!cancellations.equals(scannedCancellations)) {
                scannedCancellations = cancellations;
                isScanningCancellations = !cancellations.isEmpty();
                nextFollower = null;
            }
        }
        if (!isScanningCancellations || store.totals().waiting() == 0) {
            isScanningCancellations = false;
            return false;
        }
        var page = store.followers().page(nextFollower, MAX_TURN);
        List<Follower> cancelled =
                page.followers().stream().filter(it -> isCancelled(control, it)).toList();
        var budget = new TurnBudget(MAX_TURN);
        for (Follower follower : cancelled) {
            if (budget.isUsedUp()) {
                // The next turn reads this page again, without the jobs that have ended.
                return true;
            }
            end(follower, ErrorCode.CANCELLED, "the job or its batch was cancelled", budget);
        }
        nextFollower = page.next();
        isScanningCancellations = nextFollower != null;
        return !cancelled.isEmpty();
    }

    private static Map<ControlKey, OperatorCommand> cancellations(ControlState control) {
        Map<ControlKey, OperatorCommand> cancellations = new HashMap<>();
        control.commands()
                .forEach(
                        (key, command) -> {
                            if (key instanceof ControlKey.Cancellation) {
                                cancellations.put(key, command);
                            }
                        });
        return cancellations;
    }

    private static boolean isCancelled(ControlState control, Follower follower) {
        return control.isCancelled(
                follower.tenant(), follower.batch(), follower.jobId(), follower.submittedAt());
    }

    private void end(Follower follower, ErrorCode error, String message, TurnBudget budget) {
        Optional<LookupRecord> record = store.followers().find(follower);
        if (record.isEmpty()) {
            return;
        }
        budget.onVisit(record.get().value().length);
        CachedJob job = CachedJob.readWaiting(record.get(), services.topics());
        store.followers().remove(follower);
        ends.fail(job, error, message, null);
    }

    /** Returns cache keys of lost flights; visits all flights after each change of the bound. */
    List<String> lostFlights() {
        long lostBefore = services.lostBefore().getAsLong();
        if (lostBefore != checkedLostBefore) {
            checkedLostBefore = lostBefore;
            isScanningFlights = true;
            nextFlight = null;
        }
        if (!isScanningFlights) {
            return List.of();
        }
        var page = store.flights().lost(nextFlight, lostBefore, MAX_TURN);
        nextFlight = page.next();
        isScanningFlights = nextFlight != null;
        return page.lost();
    }
}
