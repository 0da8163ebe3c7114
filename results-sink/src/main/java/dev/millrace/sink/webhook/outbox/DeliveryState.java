package dev.millrace.sink.webhook.outbox;

import java.util.Locale;

public enum DeliveryState {
    /** Its next attempt is due at a known time. */
    WAITING,
    /** A process sends it. If the process ends, another one sends it after the lease. */
    SENDING,
    /** The receiver accepted it. */
    DELIVERED,
    /** It is not tried again, unless it is resent. */
    FAILED;

    /** Returns the spelling in the database and in answers. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
