package dev.millrace.router.guards;

import dev.millrace.contracts.control.Trip;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Stores guards. Each rule version has up to six entries, with its id as suffix: {@code guard:} for
 * the status, {@code arm:} for the arm's window, and for the baseline {@code others:} (good
 * results), {@code ends:} (all outcomes), {@code meanwhile:} (errors) and {@code times:}
 * (latencies). Used by one thread.
 */
public final class GuardStore {
    private static final String GUARD = "guard:";
    private static final String ARM = "arm:";
    private static final String BASELINE_GOOD = "others:";
    private static final String BASELINE_ALL = "ends:";
    private static final String BASELINE_ERRORS = "meanwhile:";
    private static final String BASELINE_LATENCIES = "times:";

    private final KeyValueStore<String, byte[]> entries;

    public GuardStore(KeyValueStore<String, byte[]> entries) {
        this.entries = entries;
    }

    /**
     * Loads the guard of a rule; a rule without a stored guard gets a new one.
     *
     * @param lastTrip the arm's last trip in control
     */
    public GuardMonitor load(String id, GuardedArm guarded, Optional<Trip> lastTrip) {
        return Optional.ofNullable(entries.get(GUARD + id))
                .flatMap(GuardStatus::decode)
                .map(
                        status ->
                                GuardMonitor.restored(
                                        guarded,
                                        status,
                                        entries.get(ARM + id),
                                        Baseline.read(
                                                guarded.rule(),
                                                entries.get(BASELINE_GOOD + id),
                                                entries.get(BASELINE_ALL + id),
                                                entries.get(BASELINE_ERRORS + id),
                                                entries.get(BASELINE_LATENCIES + id))))
                .orElseGet(() -> new GuardMonitor(guarded, GuardStatus.initial(lastTrip)));
    }

    /** Stores the parts of a guard that have changed. */
    public void save(String id, GuardMonitor guard) {
        byte[] status = guard.status().encode();
        if (!Arrays.equals(entries.get(GUARD + id), status)) {
            entries.put(GUARD + id, status);
        }
        put(ARM + id, guard.arm());
        put(BASELINE_GOOD + id, guard.baseline().goodResults());
        put(BASELINE_ALL + id, guard.baseline().allOutcomes());
        BaselineErrors errors = guard.baseline().errors();
        if (errors.pollChanged()) {
            entries.put(BASELINE_ERRORS + id, errors.encodeOrNull());
        }
        BaselineLatencies latencies = guard.baseline().latencies();
        if (latencies.pollChanged()) {
            entries.put(BASELINE_LATENCIES + id, latencies.encodeOrNull());
        }
    }

    private void put(String key, OutcomeWindow window) {
        if (window.pollChanged()) {
            entries.put(key, encodeOrNull(window));
        }
    }

    private static byte @Nullable [] encodeOrNull(OutcomeWindow window) {
        return window.size() == 0 ? null : window.encode();
    }
}
