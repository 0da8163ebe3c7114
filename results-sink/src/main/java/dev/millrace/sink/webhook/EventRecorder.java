package dev.millrace.sink.webhook;

import dev.millrace.sink.database.DatabaseException;
import dev.millrace.sink.webhook.outbox.Event;
import dev.millrace.sink.webhook.outbox.Outbox;
import dev.millrace.sink.webhook.outbox.Receiver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Records events that are still in effect, each once. Remembers the recorded keys, so that an
 * unchanged state costs no transaction. For one thread.
 */
final class EventRecorder {
    /** Time after which a key is recorded again, which keeps it from the retention. */
    private static final Duration REFRESH = Duration.ofHours(1);

    /** Most events of one transaction. */
    private static final int MAX_EVENTS = 200;

    private final Outbox outbox;
    private final Collection<Receiver> receivers;
    private final Function<Instant, List<Event>> events;
    private final InstantSource clock;
    private final Map<String, Instant> recorded = new HashMap<>();
    private final Instant startedAt;
    private boolean isRegistered;

    /**
     * @param events finds the events that are in effect at a time
     */
    EventRecorder(
            Outbox outbox,
            Collection<Receiver> receivers,
            Function<Instant, List<Event>> events,
            InstantSource clock) {
        this.outbox = outbox;
        this.receivers = List.copyOf(receivers);
        this.events = events;
        this.clock = clock;
        this.startedAt = clock.instant();
    }

    /**
     * Records what is new.
     *
     * @return number of new events
     */
    int runOnce() throws DatabaseException {
        if (!isRegistered) {
            outbox.register(receivers, startedAt);
            isRegistered = true;
        }
        Instant now = clock.instant();
        List<Event> current = events.apply(now);
        int added = 0;
        List<Event> due = current.stream().filter(it -> isDue(it, now)).toList();
        for (int from = 0; from < due.size(); from += MAX_EVENTS) {
            List<Event> some = due.subList(from, Math.min(from + MAX_EVENTS, due.size()));
            added += outbox.record(some, receivers);
            some.forEach(it -> keys(it).forEach(key -> recorded.put(key, now)));
        }
        var inEffect = new HashSet<String>();
        current.forEach(it -> inEffect.addAll(keys(it)));
        recorded.keySet().retainAll(inEffect);
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
