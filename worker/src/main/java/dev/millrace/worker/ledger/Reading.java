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
     * @param standing number of offsets from the frontier on that have a standing intent: the first
     *     call of a job there may be running
     * @param standingUntil latest timestamp of a record with a standing intent, in milliseconds; a
     *     job with a later timestamp was never called
     */
    record Known(long offset, long frontier, List<OpenJob> open, int standing, long standingUntil)
            implements Reading {
        public Known {
            open = List.copyOf(open);
        }

        /** Creates a reading without standing intents. */
        public Known(long offset, long frontier, List<OpenJob> open) {
            this(offset, frontier, open, 0);
        }

        /** Creates a reading whose standing intents do not depend on timestamps. */
        public Known(long offset, long frontier, List<OpenJob> open, int standing) {
            this(offset, frontier, open, standing, Long.MAX_VALUE);
        }

        /** Returns the offsets with a standing intent. */
        public OffsetRange standingRange() {
            return standing == 0
                    ? OffsetRange.NONE
                    : new OffsetRange(frontier, frontier + standing);
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
