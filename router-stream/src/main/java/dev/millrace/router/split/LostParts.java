package dev.millrace.router.split;

import dev.millrace.contracts.job.JobId;
import dev.millrace.router.split.store.RunningPart;
import dev.millrace.router.split.store.SplitProgress;
import dev.millrace.router.split.store.SplitStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Finds parts whose records were lost with their topic, also those whose entries cannot be read.
 * After each change of the time before which parts count as lost, visits all running parts, one
 * page each turn.
 */
final class LostParts {
    private static final int PAGE = 256;

    private final SplitServices services;
    private final SplitStore store;
    private long checkedBound = Long.MIN_VALUE;
    private boolean isFinding;
    private boolean hasUnknown;
    private @Nullable Bytes next;

    LostParts(SplitServices services, SplitStore store) {
        this.services = services;
        this.store = store;
    }

    /** A part whose record was lost, and its job id. */
    record LostPart(JobId id, RunningPart part) {}

    /** Returns the lost parts of the next page. */
    List<LostPart> find() {
        long bound = services.lostBefore().getAsLong();
        if (bound != checkedBound) {
            checkedBound = bound;
            isFinding = true;
            next = null;
        }
        if (!isFinding) {
            return List.of();
        }
        var page = store.runningPage(next, PAGE);
        next = page.next();
        isFinding = next != null;
        List<LostPart> lost = new ArrayList<>();
        for (SplitStore.PartEntry entry : page.parts()) {
            RunningPart part = read(entry);
            if (part.isUnknown()) {
                hasUnknown = true;
            } else if (part.sentMillis() < bound) {
                lost.add(new LostPart(entry.id(), part));
            }
        }
        return lost;
    }

    /**
     * Removes the parts whose entries could not be read, if {@link #find} has found one and all of
     * them are lost. Nothing tells whose parts they are, except that their jobs know of more
     * running parts than there are.
     *
     * @return number of removed parts of each job that had one; 0 for a job whose progress cannot
     *     be read
     */
    Map<JobId, Integer> removeUnknown() {
        if (!hasUnknown) {
            return Map.of();
        }
        hasUnknown = false;
        var known = new HashMap<JobId, Integer>();
        var unknown = new ArrayList<JobId>();
        @Nullable Bytes from = null;
        do {
            var page = store.runningPage(from, PAGE);
            for (SplitStore.PartEntry entry : page.parts()) {
                RunningPart part = read(entry);
                if (!part.isUnknown()) {
                    known.merge(part.parent(), 1, Integer::sum);
                } else if (part.sentMillis() < checkedBound) {
                    unknown.add(entry.id());
                } else {
                    return Map.of();
                }
            }
            from = page.next();
        } while (from != null);
        unknown.forEach(store::deleteRunning);
        return missing(known);
    }

    /** Returns the jobs that have fewer running parts than they know of. */
    private Map<JobId, Integer> missing(Map<JobId, Integer> known) {
        var missing = new LinkedHashMap<JobId, Integer>();
        for (JobId job : store.splitJobs()) {
            int parts = running(job) - known.getOrDefault(job, 0);
            if (parts != 0) {
                missing.put(job, Math.max(0, parts));
            }
        }
        return missing;
    }

    /** Returns the number of running parts that a job knows of; -1 if that cannot be read. */
    private int running(JobId job) {
        return services.errors()
                .decide(
                        SplitServices.STEP,
                        null,
                        () -> store.progress(job).map(SplitProgress::running).orElse(0),
                        _ -> -1);
    }

    /** Reads an entry. One that cannot be read is replaced, so that it has a time. */
    private RunningPart read(SplitStore.PartEntry entry) {
        return services.errors()
                .decide(
                        SplitServices.STEP,
                        null,
                        () -> RunningPart.decode(entry.value()),
                        _ -> {
                            var unknown =
                                    RunningPart.unknown(entry.id(), services.clock().millis());
                            store.put(entry.id(), unknown);
                            return unknown;
                        });
    }
}
