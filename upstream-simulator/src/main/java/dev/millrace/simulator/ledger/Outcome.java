package dev.millrace.simulator.ledger;

import java.util.Locale;

/** How a call ended, as seen from the provider. */
public enum Outcome {
    /** A 200 was written to its last byte. */
    ANSWERED,
    /** An error status was answered. */
    REFUSED,
    /** The provider closed the connection before the answer was complete. */
    DROPPED,
    /** The client went away before the answer was complete. */
    ABORTED;

    /** As it is written in JSON. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
