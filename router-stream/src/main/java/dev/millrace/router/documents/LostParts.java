package dev.millrace.router.documents;

import dev.millrace.contracts.job.JobId;
import dev.millrace.router.documents.SplitStore.PartEntry;
import dev.millrace.router.entry.EntryScan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds parts whose records were lost with their topic, including parts with unreadable entries.
 * After each change of the time before which parts count as lost, visits all running parts, one
 * page in each turn.
 */
final class LostParts {
    private final SplitServices services;
    private final SplitStore store;
    private final EntryScan scan;
    private long bound;
    private boolean hasUnknown;

    LostParts(SplitServices services, SplitStore store) {
        this.services = services;
        this.store = store;
        scan = store.runningScan();
    }

    /** A part whose record was lost, and its job id. */
    record LostPart(JobId id, RunningPart part) {}

    /** Returns the lost parts of the next page. */
    List<LostPart> find() {
        bound = services.lostBefore().getAsLong();
        List<LostPart> lost = new ArrayList<>();
        for (PartEntry entry : SplitStore.parts(scan.pageBecauseOf(bound))) {
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
     * Removes the parts with unreadable entries, if {@link #find} has found one and all of them are
     * lost. Only their jobs reveal their number: such a job counts more running parts than can be
     * read.
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
        EntryScan all = store.runningScan();
        all.start();
        while (all.isRunning()) {
            for (PartEntry entry : SplitStore.parts(all.page())) {
                RunningPart part = read(entry);
                if (!part.isUnknown()) {
                    known.merge(part.parent(), 1, Integer::sum);
                } else if (part.sentMillis() < bound) {
                    unknown.add(entry.id());
                } else {
                    return Map.of();
                }
            }
        }
        unknown.forEach(store::deleteRunning);
        return missing(known);
    }

    /** Returns the jobs that have fewer running parts than they count. */
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

    /** Returns the number of running parts that a job counts; -1 if it cannot be read. */
    private int running(JobId job) {
        return services.errors()
                .decide(
                        SplitServices.STEP,
                        null,
                        () -> store.progress(job).map(SplitProgress::running).orElse(0),
                        _ -> -1);
    }

    /** Reads an entry. Replaces an unreadable entry by one with the time of this discovery. */
    private RunningPart read(PartEntry entry) {
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
