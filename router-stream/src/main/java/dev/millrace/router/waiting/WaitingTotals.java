package dev.millrace.router.waiting;

/** Counts the waiting jobs of a task; stored with them. */
public interface WaitingTotals {
    /** Returns the number of waiting jobs. */
    long waiting();

    /** Returns a number that is above the numbers of all waiting jobs so far. */
    long nextSequence();

    /** Counts a job that begins to wait, and uses up {@link #nextSequence}. */
    void onAdded();

    /** Counts a job that no longer waits. */
    void onRemoved();
}
