package dev.millrace.sink.live;

import java.util.HashMap;
import java.util.Map;

/** Limits the open streams: of all callers together, and of each caller. Thread-safe. */
public final class StreamLimit {
    private final int all;
    private final int perCaller;
    private final Map<String, Integer> open = new HashMap<>();
    private int total;

    /** Creates a limit without open streams. */
    public StreamLimit(int all, int perCaller) {
        this.all = all;
        this.perCaller = perCaller;
    }

    /** Counts a stream, and returns false if its caller may not open another. */
    public synchronized boolean tryOpen(String caller) {
        int own = open.getOrDefault(caller, 0);
        if (total >= all || own >= perCaller) {
            return false;
        }
        total++;
        open.put(caller, own + 1);
        return true;
    }

    /** Counts the end of a stream that was opened. */
    public synchronized void close(String caller) {
        total--;
        open.computeIfPresent(caller, (_, count) -> count > 1 ? count - 1 : null);
    }
}
