package dev.millrace.router.fair;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lists the tenants that are ahead of their pace, from the changelog of the store. Needs no router.
 * Used by one thread.
 */
public final class PaceView {
    private static final String FURTHER_TENANTS = "(further tenants)";

    private final Map<Integer, Map<String, PaceEntry>> byPartition = new HashMap<>();

    /**
     * Applies a changelog record; records of a partition must arrive in order. Skips entries of an
     * unknown version, since routers of two versions may run during an upgrade.
     *
     * @param value null where an entry was deleted
     */
    public void onRecord(int partition, String key, byte @Nullable [] value) {
        Map<String, PaceEntry> entries =
                byPartition.computeIfAbsent(partition, _ -> new HashMap<>());
        // Even a record that cannot be read makes the previous entry obsolete.
        entries.remove(key);
        if (value != null) {
            PaceEntry.read(key, value).ifPresent(entry -> entries.put(key, entry));
        }
    }

    /** Returns the tenants that are ahead, by model and then by lead, largest first. */
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

    private static String displayName(String tenant) {
        return tenant.equals(ModelPace.FURTHER_TENANTS) ? FURTHER_TENANTS : tenant;
    }

    private static void add(Map<String, PaceEntry> entries, Map<String, Map<String, Double>> sums) {
        for (PaceEntry entry : entries.values()) {
            if (!entry.isModelTime()) {
                PaceEntry time = entries.get(PaceEntry.key(entry.model()));
                double ahead = entry.tag().ahead(time == null ? 0 : time.virtualTime());
                sums.computeIfAbsent(entry.model(), _ -> new TreeMap<>())
                        .merge(displayName(entry.tenant()), ahead, Double::sum);
            }
        }
    }
}
