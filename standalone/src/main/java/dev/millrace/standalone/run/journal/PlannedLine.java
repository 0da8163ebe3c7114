package dev.millrace.standalone.run.journal;

/**
 * A line of the current run, and the action that the run takes for it.
 *
 * @param position position among all lines of the run, from 0
 * @param file id of the file, see {@link RunPlan#registerFiles}
 * @param sourceLine number of the line in the file as it is now, from 1
 */
public record PlannedLine(
        long position, long file, long sourceLine, JournaledLine line, Action action) {

    /** The action of a run on a line. The journal stores the names of the constants. */
    public enum Action {
        /** Publish the line: it is new, or Kafka possibly does not have it. */
        PUBLISH,
        /** Wait for the outcome: an earlier run published the line. */
        WAIT,
        /** Reuse the outcome, which is stored or awaited for another line of this run. */
        REUSE
    }
}
