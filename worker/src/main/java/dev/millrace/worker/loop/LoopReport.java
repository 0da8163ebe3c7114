package dev.millrace.worker.loop;

import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.worker.breaker.OpenBreaker;
import java.util.List;

/**
 * The state of a loop, for reports.
 *
 * @param open the breakers that are not closed, or were not closed when the loop ended
 * @param doubts numbers of answers with doubtful token counts, which only grow
 * @param waits why jobs wait, as of about a second ago
 * @param limits limits that providers named or refusals showed, as of about a second ago
 */
public record LoopReport(
        List<OpenBreaker> open,
        List<WorkerReport.Doubt> doubts,
        List<Waiting> waits,
        List<WorkerReport.Learned> limits) {
    /** The report of a loop without jobs. */
    public static final LoopReport NONE =
            new LoopReport(List.of(), List.of(), List.of(), List.of());

    public LoopReport {
        open = List.copyOf(open);
        doubts = List.copyOf(doubts);
        waits = List.copyOf(waits);
        limits = List.copyOf(limits);
    }

    /** Returns true if there is nothing to report. */
    public boolean isEmpty() {
        return equals(NONE);
    }
}
