package dev.millrace.worker.simulation.time;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** The events of one history: counts per type, a digest in order, and the last lines of text. */
public final class EventLog {
    private static final int MAX_LINES = 150;
    private static final long PRIME = 1_099_511_628_211L;
    private static final double NANOS_PER_SECOND = 1e9;

    private final Timeline timeline;
    private final boolean keepsLines;
    private final Map<EventType, Long> counts = new EnumMap<>(EventType.class);
    private final Deque<String> lines = new ArrayDeque<>();
    private long digest;

    public EventLog(Timeline timeline, boolean keepsLines) {
        this.timeline = timeline;
        this.keepsLines = keepsLines;
    }

    /**
     * Counts an event and adds it to the digest.
     *
     * @param subject the process or object concerned; its text must be equal in every replay
     */
    public void add(EventType type, Object subject) {
        counts.merge(type, 1L, Long::sum);
        digest = (digest * PRIME + type.name().hashCode()) * PRIME + timeline.now();
        if (keepsLines) {
            line(type + " " + subject);
        }
    }

    /** Adds a line of detail for the reader of a replay. Neither counted nor in the digest. */
    public void trace(Supplier<String> text) {
        if (keepsLines) {
            line(text.get());
        }
    }

    private void line(String text) {
        double seconds = timeline.now() / NANOS_PER_SECOND;
        lines.add(String.format(Locale.ROOT, "%12.6f %s", seconds, text));
        if (lines.size() > MAX_LINES) {
            lines.remove();
        }
    }

    public Map<EventType, Long> counts() {
        return Map.copyOf(counts);
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }

    public long digest() {
        return digest;
    }
}
