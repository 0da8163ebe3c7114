package dev.millrace.worker.ledger;

import java.util.List;

/** The result of reading the metadata of a committed offset. */
public sealed interface Reading {

    /**
     * The metadata was read.
     *
     * @param offset the committed offset
     * @param frontier every offset below the frontier is finished unless it is listed; not below
     *     {@code offset}
     * @param open jobs below the frontier that are not finished, by ascending offset
     */
    record Known(long offset, long frontier, List<OpenJob> open) implements Reading {
        public Known {
            open = List.copyOf(open);
        }
    }

    /**
     * The metadata could not be read. The jobs above the offset that are finished are unknown, so
     * continuing would bill some of them again.
     *
     * @param reason one human-readable line
     */
    record Unreadable(String reason) implements Reading {}
}
