package dev.millrace.router.watch;

import dev.millrace.router.watch.guard.ArmWindow;
import dev.millrace.router.watch.guard.GuardStatus;
import dev.millrace.router.watch.guard.GuardWatch;
import dev.millrace.router.watch.guard.GuardedArm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what is watched, in up to five entries for each version of a rule: {@code guard:}, {@code
 * arm:}, {@code others:} for their good results, {@code ends:} for all of theirs, and {@code
 * ramp:}, each followed by {@link WatchedRule#id}. Belongs to one thread.
 */
final class ArmStore {
    /** Of the store; its changelog is named after it. */
    static final String NAME = "arms";

    private static final String GUARD = "guard:";
    private static final String ARM = "arm:";
    private static final String OTHERS = "others:";
    private static final String ENDS = "ends:";
    private static final String RAMP = "ramp:";

    private final KeyValueStore<String, byte[]> entries;

    ArmStore(KeyValueStore<String, byte[]> entries) {
        this.entries = entries;
    }

    /** In memory, since it is small; the cache spares the changelog what a commit makes old. */
    static StoreBuilder<KeyValueStore<String, byte[]>> builder() {
        return Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(NAME), Serdes.String(), Serdes.ByteArray())
                .withCachingEnabled()
                .withLoggingEnabled(Map.of("cleanup.policy", "compact"));
    }

    /** What is stored of a rule, or a fresh start. */
    RuleWatch load(WatchedRule rule, Situation situation) {
        byte[] ramp = rule.ramp().isPresent() ? entries.get(RAMP + rule.id()) : null;
        return new RuleWatch(
                rule,
                rule.guard().map(it -> guard(rule, it, situation)).orElse(null),
                ramp == null ? null : RampProgress.decode(ramp));
    }

    private GuardWatch guard(WatchedRule rule, GuardedArm guarded, Situation situation) {
        return Optional.ofNullable(entries.get(GUARD + rule.id()))
                .flatMap(GuardStatus::decode)
                .map(
                        status ->
                                GuardWatch.restored(
                                        guarded,
                                        status,
                                        entries.get(ARM + rule.id()),
                                        entries.get(OTHERS + rule.id()),
                                        entries.get(ENDS + rule.id())))
                .orElseGet(
                        () ->
                                new GuardWatch(
                                        guarded,
                                        GuardStatus.first(
                                                situation.lastTrip(rule.policy(), guarded.arm()))));
    }

    /** Stores what has changed. */
    void save(RuleWatch watch) {
        String id = watch.rule().id();
        RampProgress ramp = watch.ramp();
        if (ramp != null) {
            putIfOther(RAMP + id, ramp.encode());
        }
        GuardWatch guard = watch.guard();
        if (guard != null) {
            putIfOther(GUARD + id, guard.status().encode());
            put(ARM + id, guard.arm());
            put(OTHERS + id, guard.others().good());
            put(ENDS + id, guard.others().ends());
        }
    }

    private void putIfOther(String key, byte[] value) {
        if (!Arrays.equals(entries.get(key), value)) {
            entries.put(key, value);
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

    /** Forgets all rules but these. */
    void keepOnly(Set<String> ids) {
        List<String> others = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> all = entries.all()) {
            while (all.hasNext()) {
                String key = all.next().key;
                if (!ids.contains(key.substring(key.indexOf(':') + 1))) {
                    others.add(key);
                }
            }
        }
        others.forEach(entries::delete);
    }
}
