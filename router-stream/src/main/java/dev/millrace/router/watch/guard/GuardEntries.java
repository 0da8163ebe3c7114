package dev.millrace.router.watch.guard;

import dev.millrace.contracts.control.Trip;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Keeps guards, in up to six entries for each version of a rule: {@code guard:}, {@code arm:},
 * {@code others:} and {@code times:} for the good results of the others, {@code ends:} and {@code
 * meanwhile:} for all of theirs, each followed by the rule's id. Belongs to one thread.
 */
public final class GuardEntries {
    private static final String GUARD = "guard:";
    private static final String ARM = "arm:";
    private static final String OTHERS = "others:";
    private static final String ENDS = "ends:";
    private static final String MEANWHILE = "meanwhile:";
    private static final String TIMES = "times:";

    private final KeyValueStore<String, byte[]> entries;

    public GuardEntries(KeyValueStore<String, byte[]> entries) {
        this.entries = entries;
    }

    /**
     * The guard of a rule as it is stored, or a fresh start.
     *
     * @param lastTrip of the arm, as far as control knows
     */
    public GuardWatch load(String id, GuardedArm guarded, Optional<Trip> lastTrip) {
        return Optional.ofNullable(entries.get(GUARD + id))
                .flatMap(GuardStatus::decode)
                .map(
                        status ->
                                GuardWatch.restored(
                                        guarded,
                                        status,
                                        entries.get(ARM + id),
                                        OtherArms.read(
                                                guarded.rule(),
                                                entries.get(OTHERS + id),
                                                entries.get(ENDS + id),
                                                entries.get(MEANWHILE + id),
                                                entries.get(TIMES + id))))
                .orElseGet(() -> new GuardWatch(guarded, GuardStatus.first(lastTrip)));
    }

    /** Stores what has changed. */
    public void save(String id, GuardWatch guard) {
        byte[] status = guard.status().encode();
        if (!Arrays.equals(entries.get(GUARD + id), status)) {
            entries.put(GUARD + id, status);
        }
        put(ARM + id, guard.arm());
        put(OTHERS + id, guard.others().good());
        put(ENDS + id, guard.others().ends());
        Meanwhile meanwhile = guard.others().meanwhile();
        if (meanwhile.takeChange()) {
            entries.put(MEANWHILE + id, meanwhile.storedForm());
        }
        MeanwhileTimes times = guard.others().times();
        if (times.takeChange()) {
            entries.put(TIMES + id, times.storedForm());
        }
    }

    private void put(String key, ArmWindow window) {
        if (window.takeChange()) {
            entries.put(key, storedForm(window));
        }
    }

    private static byte @Nullable [] storedForm(ArmWindow window) {
        return window.size() == 0 ? null : window.encode();
    }
}
