package dev.millrace.router.fair;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads from the changelog of the store who is ahead of its pace, without a router. Belongs to one
 * thread.
 */
public final class PaceView {
    private static final String FURTHER = "(further tenants)";

    private final Map<Integer, Map<String, PaceEntry>> byPartition = new HashMap<>();

    /**
     * A record of the changelog, in the order of its partition. An entry of another version is
     * passed over: routers of both may run for a while.
     *
     * @param value null where an entry was deleted
     */
    public void onRecord(int partition, String key, byte @Nullable [] value) {
        Map<String, PaceEntry> entries =
                byPartition.computeIfAbsent(partition, _ -> new HashMap<>());
        // What stood there before holds no more, whatever the record says.
        entries.remove(key);
        if (value != null) {
            PaceEntry.read(key, value).ifPresent(entry -> entries.put(key, entry));
        }
    }

    /** Who is ahead, by model and then those first who are ahead the most. */
    public List<AheadTenant> ahead() {
        Map<String, Map<String, Double>> sums = new TreeMap<>();
        byPartition.values().forEach(entries -> add(entries, sums));
        List<AheadTenant> all = new ArrayList<>();
        sums.forEach(
                (model, tenants) ->
                        tenants.entrySet().stream()
                                .map(it -> new AheadTenant(model, it.getKey(), it.getValue()))
                                .sorted(
                                        Comparator.comparingDouble(AheadTenant::jobs)
                                                .reversed()
                                                .thenComparing(AheadTenant::tenant))
                                .forEach(all::add));
        return all;
    }

    private static String shown(String tenant) {
        return tenant.equals(ModelPace.FURTHER) ? FURTHER : tenant;
    }

    private static void add(Map<String, PaceEntry> entries, Map<String, Map<String, Double>> sums) {
        for (PaceEntry entry : entries.values()) {
            if (!entry.isTime()) {
                PaceEntry time = entries.get(PaceEntry.key(entry.model()));
                double ahead = entry.mark().ahead(time == null ? 0 : time.at());
                sums.computeIfAbsent(entry.model(), _ -> new TreeMap<>())
                        .merge(shown(entry.tenant()), ahead, Double::sum);
            }
        }
    }
}
