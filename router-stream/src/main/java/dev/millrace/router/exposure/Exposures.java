package dev.millrace.router.exposure;

import dev.millrace.contracts.result.JobEnd;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The exposures of all guarded arms of one partition, in a store: one small entry for each version
 * of a rule.
 */
public final class Exposures {
    /** Of the store; its changelog is named after it. */
    public static final String NAME = "exposures";

    private final KeyValueStore<String, byte[]> entries;
    private final GuardedArms guarded;
    private final LongSupplier lostBefore;
    private final long startMillis;

    /**
     * @param lostBefore an unfinished job that came before that time is lost, in milliseconds since
     *     the epoch
     * @param startMillis the time now; an entry that does not say when its arm moved counts as
     *     moved now, so that its open jobs are not lost at once
     */
    public Exposures(
            KeyValueStore<String, byte[]> entries,
            GuardedArms guarded,
            LongSupplier lostBefore,
            long startMillis) {
        this.entries = entries;
        this.guarded = guarded;
        this.lostBefore = lostBefore;
        this.startMillis = startMillis;
    }

    /**
     * In memory, since it is small. Without a cache: it would flush the producer once for each
     * task, and only jobs of guarded arms are written.
     */
    public static StoreBuilder<KeyValueStore<String, byte[]>> builder() {
        return Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(NAME), Serdes.String(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(Map.of("cleanup.policy", "compact"));
    }

    /** Whether the guarded arm of a rule may get one more job; also when it has no guard. */
    public boolean hasRoom(String routedBy) {
        return guarded.of(routedBy)
                .map(arm -> load(routedBy, arm).hasRoom(arm.initially()))
                .orElse(true);
    }

    /**
     * A job has been routed to a model; it counts when that is the guarded arm of its rule.
     *
     * @param nowMillis since the epoch
     */
    public void onRouted(String routedBy, String model, long nowMillis) {
        guarded.of(routedBy)
                .filter(arm -> arm.model().equals(model))
                .ifPresent(
                        arm ->
                                entries.put(
                                        key(routedBy, model),
                                        load(routedBy, arm).onRouted(nowMillis).encode()));
    }

    /**
     * A job of this partition has ended.
     *
     * @param nowMillis since the epoch
     */
    public void onEnd(JobEnd end, long nowMillis) {
        if (end.routedBy() == null || end.routedTo() == null) {
            return;
        }
        String key = key(end.routedBy(), end.routedTo());
        byte[] stored = entries.get(key);
        if (stored == null) {
            return;
        }
        Exposure left =
                Exposure.read(stored, startMillis).onEnd(end.errorCode() == null, nowMillis);
        if (left.open() == 0 && guarded.of(end.routedBy()).isEmpty()) {
            entries.delete(key);
        } else {
            entries.put(key, left.encode());
        }
    }

    private Exposure load(String routedBy, GuardedArms.Arm arm) {
        return Exposure.read(entries.get(key(routedBy, arm.model())), startMillis)
                .since(arm.clearedMillis())
                .withoutLost(lostBefore.getAsLong());
    }

    private static String key(String routedBy, String model) {
        return routedBy + " " + model;
    }
}
