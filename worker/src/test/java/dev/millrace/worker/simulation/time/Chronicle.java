package dev.millrace.worker.simulation.time;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What has happened in one history: counts, a digest of everything in order, and its last lines.
 */
public final class Chronicle {
    private static final int TAIL = 400;
    private static final long PRIME = 1_099_511_628_211L;
    private static final double NANOS_PER_SECOND = 1e9;

    private final Timeline timeline;
    private final boolean keepsLines;
    private final Map<Happening, Long> counts = new EnumMap<>(Happening.class);
    private final Deque<String> lines = new ArrayDeque<>();
    private long digest;

    public Chronicle(Timeline timeline, boolean keepsLines) {
        this.timeline = timeline;
        this.keepsLines = keepsLines;
    }

    /**
     * Counts it and takes it into the digest.
     *
     * @param subject whom or what it happened to; its text must be the same in each run
     */
    public void note(Happening happening, Object subject) {
        counts.merge(happening, 1L, Long::sum);
        digest = (digest * PRIME + happening.name().hashCode()) * PRIME + timeline.now();
        if (keepsLines) {
            line(happening + " " + subject);
        }
    }

    /** A line that is of use only to whoever reads one history. */
    public void say(Supplier<String> text) {
        if (keepsLines) {
            line(text.get());
        }
    }

    private void line(String text) {
        double seconds = timeline.now() / NANOS_PER_SECOND;
        lines.add(String.format(Locale.ROOT, "%12.6f %s", seconds, text));
        if (lines.size() > TAIL) {
            lines.remove();
        }
    }

    public Map<Happening, Long> counts() {
        return Map.copyOf(counts);
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }

    public long digest() {
        return digest;
    }
}
