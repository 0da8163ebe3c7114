package dev.millrace.standalone.run.journal;

/**
 * A file of the current run.
 *
 * @param id the same in every run
 * @param isNew whether no earlier run has read it
 */
public record PlannedFile(long id, boolean isNew) {}
