package dev.millrace.webhooks.outbox;

import java.util.Locale;

public enum DeliveryState {
    /** The next attempt is due at a known time. */
    WAITING,
    /**
     * A process sends the event. If the process ends, another one sends the event after the lease.
     */
    SENDING,
    /** The receiver accepted the event. */
    DELIVERED,
    /** No further attempt is made, unless the event is resent. */
    FAILED;

    /** Returns the spelling in the database and in answers. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
