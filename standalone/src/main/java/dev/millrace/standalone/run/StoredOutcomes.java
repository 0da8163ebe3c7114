package dev.millrace.standalone.run;

import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.run.journal.StoredJobs;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Finds batches and jobs that are stored but not in the journal, such as batches of {@code submit},
 * and informs the user. The router would treat lines with their job ids as repeats, and the run
 * would wait forever for results. Used by one thread.
 */
final class StoredOutcomes implements StoredJobs {
    private final OutcomeLookup outcomes;
    private final Terminal terminal;

    /** Whether each batch existed before this run published its first line. */
    private final Map<String, Boolean> batches = new HashMap<>();

    private final Set<String> reported = new HashSet<>();

    StoredOutcomes(OutcomeLookup outcomes, Terminal terminal) {
        this.outcomes = outcomes;
        this.terminal = terminal;
    }

    @Override
    public boolean hasBatch(String name) {
        boolean isStored = isStored(name);
        if (isStored) {
            terminal.say(
                    "batch "
                            + name
                            + " exists and is not known to this command, such as one of submit;"
                            + " its jobs run again in a new batch");
        }
        return isStored;
    }

    @Override
    public boolean hasJob(String batch, String jobId) {
        boolean isStored = isStored(batch) && outcomes.hasEnded(jobId);
        if (isStored && reported.add(batch)) {
            terminal.say(
                    "batch "
                            + batch
                            + ", which lines name, has jobs of the same custom_ids, such as those"
                            + " of submit; their lines are duplicates and do not run again, unless"
                            + " router.repeats_window has passed since the job ended: then they run"
                            + " and replace the result. \"millrace results "
                            + batch
                            + "\" shows the results");
        }
        return isStored;
    }

    private boolean isStored(String batch) {
        return batches.computeIfAbsent(batch, outcomes::hasBatch);
    }
}
