package dev.millrace.router.guards;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnd;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Stores how many unfinished jobs each canary has in one partition, and enforces the limits. The
 * store has one small entry per rule version.
 */
public final class CanaryInFlightStore {
    /** Name of the store, which names its changelog. */
    public static final String NAME = "exposures";

    private final KeyValueStore<String, byte[]> entries;
    private final Canaries canaries;
    private final LongSupplier lostBefore;

    /**
     * Wraps the store of a partition.
     *
     * @param lostBefore unfinished jobs routed before this time are lost, in milliseconds since the
     *     epoch
     */
    public CanaryInFlightStore(
            KeyValueStore<String, byte[]> entries, Canaries canaries, LongSupplier lostBefore) {
        this.entries = entries;
        this.canaries = canaries;
        this.lostBefore = lostBefore;
    }

    /**
     * Builds the store: in memory because it is small, without a cache because a cache would flush
     * the producer once per task. Only jobs of canaries cause writes.
     */
    public static StoreBuilder<KeyValueStore<String, byte[]>> builder() {
        return Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(NAME), Serdes.String(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(Map.of("cleanup.policy", "compact"));
    }

    /** Returns true if the rule's canary may get another job, or if the rule has no canary. */
    public boolean hasCapacity(String routedBy) {
        return canaries.of(routedBy)
                .map(canary -> load(routedBy, canary).hasCapacity(canary.initialLimit()))
                .orElse(true);
    }

    /**
     * Counts a job if it was routed to the canary of its rule.
     *
     * @param nowMillis since the epoch
     */
    public void onRouted(String routedBy, String model, long nowMillis) {
        canaries.of(routedBy)
                .filter(canary -> canary.model().equals(model))
                .ifPresent(
                        canary ->
                                entries.put(
                                        key(routedBy, model),
                                        load(routedBy, canary).onRouted(nowMillis).encode()));
    }

    /**
     * Counts the end of a job of this partition. The end is good evidence about the canary only if
     * the canary itself gave the answer, rather than another model or the call of another job.
     *
     * @param event the final cost event of the job
     * @param nowMillis since the epoch
     */
    public void onEnd(CostEvent event, long nowMillis) {
        JobEnd end = event.end();
        if (end == null || end.route().by() == null || end.route().to() == null) {
            return;
        }
        String key = key(end.route().by(), end.route().to());
        byte[] stored = entries.get(key);
        if (stored == null) {
            return;
        }
        boolean isGood =
                end.errorCode() == null
                        && end.attempts() > 0
                        && (event.model() == null || event.model().equals(end.route().to()));
        CanaryInFlight left = CanaryInFlight.read(stored).onEnd(isGood, nowMillis);
        if (left.inFlight() == 0 && canaries.of(end.route().by()).isEmpty()) {
            entries.delete(key);
        } else {
            entries.put(key, left.encode());
        }
    }

    private CanaryInFlight load(String routedBy, Canaries.Canary canary) {
        return CanaryInFlight.read(entries.get(key(routedBy, canary.model())))
                .onCleared(canary.clearedMillis())
                .withoutLost(lostBefore.getAsLong());
    }

    private static String key(String routedBy, String model) {
        return routedBy + " " + model;
    }
}
