package dev.millrace.standalone.run.journal;

/**
 * A line of the current run.
 *
 * @param position among all lines of the run, from 0
 * @param file id of its file, as {@link RunPlan#files} gave it
 * @param sourceLine its number in the file as it is now, from 1
 */
public record PlannedLine(
        long position, long file, long sourceLine, JournaledLine line, Fate fate) {

    /** The submission that the line belongs to. */
    public Generation generation() {
        return new Generation(file, line.generation());
    }
}
