package dev.millrace.router.hold;

import dev.millrace.contracts.digest.Sha256;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.WaitingJob;
import dev.millrace.router.waiting.WaitingJobStore;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/** The models whose jobs wait in a partition, with the number of these jobs. */
final class HoldGroups {
    private static final int PAGE = 500;
    private static final int HASH_BYTES = 32;

    private final Map<String, ModelWait> models = new LinkedHashMap<>();

    /**
     * A model with waiting jobs.
     *
     * @param group of its jobs
     * @param name empty if no job can be read
     * @param jobs number of its waiting jobs
     * @param sinceMillis when the first job arrived, which can have left since
     */
    record ModelWait(String group, String name, long jobs, long sinceMillis) {
        private ModelWait withJobs(long number) {
            return new ModelWait(group, name, number, sinceMillis);
        }
    }

    private HoldGroups() {}

    /** Returns the group of a model's jobs. */
    static String group(String model) {
        return Sha256.hex(model, HASH_BYTES);
    }

    /** Counts the jobs of a store, without damaged ones. */
    static HoldGroups load(WaitingJobStore jobs) {
        WaitingJobStore.RecordReader records = (_, _, _) -> null;
        var loaded = new HoldGroups();
        WaitingJobStore.Page page = jobs.page(null, PAGE, records);
        while (true) {
            for (WaitingJob job : page.jobs()) {
                loaded.onLoaded(jobs, job.group());
            }
            Bytes next = page.next();
            if (next == null) {
                return loaded;
            }
            page = jobs.page(next, PAGE, records);
        }
    }

    private void onLoaded(WaitingJobStore jobs, String group) {
        ModelWait model = models.get(group);
        models.put(group, model == null ? first(jobs, group) : model.withJobs(model.jobs() + 1));
    }

    /** Returns a model with the name and the time of its first readable job. */
    private static ModelWait first(WaitingJobStore jobs, String group) {
        var found = new AtomicReference<@Nullable PlannedRecord>();
        jobs.visit(
                group,
                0,
                Long.MAX_VALUE,
                (_, stored) -> {
                    found.set(readable(stored));
                    return found.get() == null;
                });
        PlannedRecord job = found.get();
        return job == null
                ? new ModelWait(group, "", 1, 0)
                : new ModelWait(group, job.job().headers().model(), 1, job.sinceMillis());
    }

    private static @Nullable PlannedRecord readable(byte[] stored) {
        try {
            return PlannedRecord.decode(stored);
        } catch (RuntimeException e) {
            return null;
        }
    }

    boolean has(String model) {
        return !models.isEmpty() && models.containsKey(group(model));
    }

    Collection<ModelWait> all() {
        return models.values();
    }

    void onAdded(String group, PlannedRecord job) {
        ModelWait model = models.get(group);
        models.put(
                group,
                model == null
                        ? new ModelWait(group, job.job().headers().model(), 1, job.sinceMillis())
                        : model.withJobs(model.jobs() + 1));
    }

    void onRemoved(String group) {
        models.computeIfPresent(
                group, (_, it) -> it.jobs() == 1 ? null : it.withJobs(it.jobs() - 1));
    }

    /** Returns when the longest-waiting job arrived; empty without jobs. */
    OptionalLong oldestMillis() {
        return models.values().stream().mapToLong(ModelWait::sinceMillis).min();
    }
}
