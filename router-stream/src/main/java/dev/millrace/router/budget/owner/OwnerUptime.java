package dev.millrace.router.budget.owner;

import java.time.Duration;
import java.time.Instant;

/**
 * Time for which the owner has run without a long pause. During a pause, requests wait in their
 * topic, so an account without reports is not necessarily unused.
 */
final class OwnerUptime {
    /** Longest pause that is ignored, such as a restart of the router. */
    private static final Duration MAX_PAUSE = Duration.ofHours(1);

    private static final Duration WRITE_INTERVAL = Duration.ofMinutes(10);

    private final OwnerStore store;
    private Run run;

    /**
     * A time span without a long pause.
     *
     * @param since when the owner began to run
     * @param until when it last ran, as stored
     */
    record Run(Instant since, Instant until) {}

    OwnerUptime(OwnerStore store) {
        this.store = store;
        run = store.run().orElse(new Run(Instant.EPOCH, Instant.EPOCH));
    }

    /** Records that the owner runs, and returns true if this changed the store. */
    boolean onTick(Instant now) {
        // A clock that was set back counts like a pause.
        Duration pause = Duration.between(run.until(), now).abs();
        if (pause.compareTo(WRITE_INTERVAL) < 0) {
            return false;
        }
        run = new Run(pause.compareTo(MAX_PAUSE) > 0 ? now : run.since(), now);
        store.put(run);
        return true;
    }

    /** Returns the time since which the owner has run. */
    Instant since() {
        return run.since();
    }
}
