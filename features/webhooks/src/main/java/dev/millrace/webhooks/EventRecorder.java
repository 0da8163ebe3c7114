package dev.millrace.webhooks;

import dev.millrace.store.database.DatabaseException;
import dev.millrace.webhooks.outbox.Event;
import dev.millrace.webhooks.outbox.Outbox;
import dev.millrace.webhooks.outbox.Receiver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Records events that are still in effect, each once. Remembers the recorded keys, so that an
 * unchanged state costs no transaction. Used by one thread.
 */
final class EventRecorder {
    /** Time after which a key is recorded again, which protects the key from the retention. */
    private static final Duration REFRESH = Duration.ofHours(1);

    /** Most events of one transaction. */
    private static final int MAX_EVENTS = 200;

    private final Outbox outbox;
    private final Collection<Receiver> receivers;
    private final List<EventSource> sources;
    private final InstantSource clock;
    private final Map<String, Instant> recorded = new HashMap<>();
    private final Instant startedAt;
    private boolean isRegistered;

    EventRecorder(
            Outbox outbox,
            Collection<Receiver> receivers,
            List<EventSource> sources,
            InstantSource clock) {
        this.outbox = outbox;
        this.receivers = List.copyOf(receivers);
        this.sources = List.copyOf(sources);
        this.clock = clock;
        this.startedAt = clock.instant();
    }

    /**
     * Records new events.
     *
     * @param isLast true for the last look before the end of the process
     * @return number of new events
     */
    int runOnce(boolean isLast) throws DatabaseException {
        if (!isRegistered) {
            outbox.register(receivers, startedAt);
            isRegistered = true;
        }
        int added = 0;
        var inEffect = new HashSet<String>();
        for (EventSource source : sources) {
            Instant now = clock.instant();
            List<Event> found = source.find(now, isLast);
            found.forEach(it -> inEffect.addAll(keys(it)));
            var due = new ArrayList<>(found);
            due.removeIf(it -> !isDue(it, now));
            added += record(due, now);
            source.onRecorded(found);
        }
        recorded.keySet().retainAll(inEffect);
        return added;
    }

    private int record(List<Event> due, Instant now) throws DatabaseException {
        int added = 0;
        for (int from = 0; from < due.size(); from += MAX_EVENTS) {
            List<Event> some = due.subList(from, Math.min(from + MAX_EVENTS, due.size()));
            added += outbox.record(some, receivers);
            some.forEach(it -> keys(it).forEach(key -> recorded.put(key, now)));
        }
        return added;
    }

    private boolean isDue(Event event, Instant now) {
        Instant before = now.minus(REFRESH);
        return keys(event).stream()
                .anyMatch(
                        key -> {
                            Instant at = recorded.get(key);
                            return at == null || at.isBefore(before);
                        });
    }

    private static Set<String> keys(Event event) {
        var keys = new HashSet<String>(event.includes());
        keys.add(event.key());
        return keys;
    }
}
