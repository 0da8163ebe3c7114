package dev.millrace.worker.ledger;

/** What the metadata of a committed offset says. */
public sealed interface Reading {

    /**
     * It could be read.
     *
     * @param offset the committed offset
     * @param frontier every offset below is finished unless it is named; not below {@code offset}
     * @param unfinished offsets below the frontier that are not finished, ascending
     */
    record Known(long offset, long frontier, long[] unfinished) implements Reading {}

    /**
     * It could not be read. Which jobs above the offset are finished is not known, so going on
     * would pay for some of them again.
     *
     * @param reason one line for a person
     */
    record Unreadable(String reason) implements Reading {}
}
