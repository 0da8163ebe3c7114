package dev.millrace.worker.ledger;

import java.util.List;

/** What the metadata of a committed offset says. */
public sealed interface Reading {

    /**
     * It could be read.
     *
     * @param offset the committed offset
     * @param frontier every offset below is finished unless it is named; not below {@code offset}
     * @param open jobs below the frontier that are not finished, by ascending offset
     */
    record Known(long offset, long frontier, List<OpenJob> open) implements Reading {
        public Known {
            open = List.copyOf(open);
        }
    }

    /**
     * It could not be read. Which jobs above the offset are finished is not known, so going on
     * would pay for some of them again.
     *
     * @param reason one line for a person
     */
    record Unreadable(String reason) implements Reading {}
}
