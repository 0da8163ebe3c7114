package dev.millrace.router.watch;

import dev.millrace.router.watch.guard.GuardEntries;
import dev.millrace.router.watch.guard.GuardWatch;
import dev.millrace.router.watch.guard.GuardedArm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Keeps what is watched: for each version of a rule its guard, see {@link GuardEntries}, and its
 * ramp under {@code ramp:} and {@link WatchedRule#id}. Belongs to one thread.
 */
final class ArmStore {
    /** Of the store; its changelog is named after it. */
    static final String NAME = "arms";

    private static final String RAMP = "ramp:";

    private final KeyValueStore<String, byte[]> entries;
    private final GuardEntries guards;

    ArmStore(KeyValueStore<String, byte[]> entries) {
        this.entries = entries;
        guards = new GuardEntries(entries);
    }

    /** In memory, since it is small; written once a tick, so that a cache has nothing to spare. */
    static StoreBuilder<KeyValueStore<String, byte[]>> builder() {
        return Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(NAME), Serdes.String(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(Map.of("cleanup.policy", "compact"));
    }

    /** What is stored of a rule, or a fresh start. */
    RuleWatch load(WatchedRule rule, WatchedRules rules) {
        byte[] ramp = rule.ramp().isPresent() ? entries.get(RAMP + rule.id()) : null;
        return new RuleWatch(
                rule,
                rule.guard().map(it -> guard(rule, it, rules)).orElse(null),
                RampProgress.read(ramp));
    }

    private GuardWatch guard(WatchedRule rule, GuardedArm arm, WatchedRules rules) {
        return guards.load(rule.id(), arm, rules.lastTrip(rule.policy(), arm.model()));
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
            guards.save(id, guard);
        }
    }

    private void putIfOther(String key, byte[] value) {
        if (!Arrays.equals(entries.get(key), value)) {
            entries.put(key, value);
        }
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
