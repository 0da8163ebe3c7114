package dev.millrace.router.guards;

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
 * Stores the state of monitored rules: the guard of each rule version as {@link GuardStore}
 * describes, and its ramp under {@code ramp:} and {@link CanaryRule#id}. Used by one thread.
 */
final class CanaryStateStore {
    /** Name of the store, which names its changelog. */
    static final String NAME = "arms";

    private static final String RAMP = "ramp:";

    private final KeyValueStore<String, byte[]> entries;
    private final GuardStore guards;

    CanaryStateStore(KeyValueStore<String, byte[]> entries) {
        this.entries = entries;
        guards = new GuardStore(entries);
    }

    /**
     * Builds the store: in memory because it is small, without a cache because it is written only
     * once per tick.
     */
    static StoreBuilder<KeyValueStore<String, byte[]>> builder() {
        return Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(NAME), Serdes.String(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(Map.of("cleanup.policy", "compact"));
    }

    /** Loads the monitor of a rule; a rule without stored state gets a new monitor. */
    RuleMonitor load(CanaryRule rule, CanaryRules rules) {
        byte[] ramp = rule.ramp().isPresent() ? entries.get(RAMP + rule.id()) : null;
        return new RuleMonitor(
                rule,
                rule.guard().map(it -> guard(rule, it, rules)).orElse(null),
                RampProgress.read(ramp));
    }

    private GuardMonitor guard(CanaryRule rule, GuardedArm arm, CanaryRules rules) {
        return guards.load(rule.id(), arm, rules.lastTrip(rule.policy(), arm.model()));
    }

    /** Stores the parts of a monitor that have changed. */
    void save(RuleMonitor monitor) {
        String id = monitor.rule().id();
        RampProgress ramp = monitor.ramp();
        if (ramp != null) {
            putIfChanged(RAMP + id, ramp.encode());
        }
        GuardMonitor guard = monitor.guard();
        if (guard != null) {
            guards.save(id, guard);
        }
    }

    private void putIfChanged(String key, byte[] value) {
        if (!Arrays.equals(entries.get(key), value)) {
            entries.put(key, value);
        }
    }

    /** Deletes the state of all rules except the rules with the given ids. */
    void retainOnly(Set<String> ids) {
        List<String> obsolete = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> all = entries.all()) {
            while (all.hasNext()) {
                String key = all.next().key;
                if (!ids.contains(key.substring(key.indexOf(':') + 1))) {
                    obsolete.add(key);
                }
            }
        }
        obsolete.forEach(entries::delete);
    }
}
