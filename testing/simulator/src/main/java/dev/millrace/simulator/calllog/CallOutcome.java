package dev.millrace.simulator.calllog;

import java.util.Locale;

/** How a call ended, as seen by the provider. */
public enum CallOutcome {
    /** The provider wrote a 200 to its last byte. */
    ANSWERED,
    /** The provider answered with an error. */
    REFUSED,
    /** The provider broke off before the answer was complete. */
    DROPPED,
    /** The client closed the connection before the answer was complete. */
    ABORTED;

    /** Returns the outcome's name in JSON. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
