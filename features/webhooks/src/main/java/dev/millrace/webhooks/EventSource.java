package dev.millrace.webhooks;

import dev.millrace.store.database.DatabaseException;
import dev.millrace.webhooks.outbox.Event;
import java.time.Instant;
import java.util.List;

/** Finds events. Finds an event again as long as its cause lasts. */
interface EventSource {
    /**
     * Returns the events that are in effect.
     *
     * @param isLast true for the last look before the end of the process
     */
    List<Event> find(Instant now, boolean isLast) throws DatabaseException;

    /** Called with events that are recorded. */
    default void onRecorded(List<Event> events) {}
}
