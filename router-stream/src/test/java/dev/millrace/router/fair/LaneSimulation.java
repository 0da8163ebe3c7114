package dev.millrace.router.fair;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Runs a lane assigner for one model, with the jobs of the normal lane that have not ended. */
final class LaneSimulation implements PaceLog {
    private static final String MODEL = "small";

    final FairLaneAssigner assigner;
    final Map<String, PaceEntry> stored = new HashMap<>();
    final Map<String, Integer> normal = new HashMap<>();
    final Set<String> tenants = new TreeSet<>();
    int open;
    long nowMillis = 1_763_640_000_000L;

    LaneSimulation(double limit, Map<String, Integer> weights) {
        assigner =
                new FairLaneAssigner(
                        new FairnessConfig(limit, it -> weights.getOrDefault(it, 1)), this);
    }

    Lane arrive(String tenant) {
        tenants.add(tenant);
        Lane lane = assigner.assignLane(MODEL, tenant, Priority.NORMAL, nowMillis);
        if (lane == Lane.NORMAL) {
            open++;
            normal.merge(tenant, 1, Integer::sum);
        }
        return lane;
    }

    void end() {
        if (open > 0) {
            open--;
            assigner.onCountedEnd(MODEL, nowMillis);
        }
    }

    void pass(Duration time) {
        nowMillis += time.toMillis();
        assigner.flush(nowMillis);
    }

    double ahead(String tenant) {
        return assigner.ahead(MODEL, tenant);
    }

    int normalOf(String tenant) {
        return normal.getOrDefault(tenant, 0);
    }

    double ahead() {
        return tenants.stream().mapToDouble(this::ahead).sum();
    }

    @Override
    public void onTag(String model, String tenant, FinishTag tag) {
        put(PaceEntry.ofTag(model, tenant, tag));
    }

    @Override
    public void onTagRemoved(String model, String tenant) {
        stored.remove(PaceEntry.key(model, tenant));
    }

    @Override
    public void flush() {
        // Everything is stored at once.
    }

    @Override
    public void onTime(String model, double virtualTime) {
        put(PaceEntry.ofModelTime(model, virtualTime));
        if (virtualTime == 0) {
            stored.remove(PaceEntry.key(model));
        }
    }

    private void put(PaceEntry entry) {
        stored.put(entry.key(), PaceEntry.read(entry.key(), entry.value()).orElseThrow());
    }
}
