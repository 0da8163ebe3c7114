package dev.millrace.standalone.audit;

import java.util.ArrayList;
import java.util.List;

/** Counts lines and keeps the first ones. Used by one thread. */
final class NamedLines {
    private static final int MAX_SAMPLES = 10;

    private final List<LogExtent.Line> samples = new ArrayList<>();
    private long count;

    void add(LogExtent.Line line) {
        count++;
        if (samples.size() < MAX_SAMPLES) {
            samples.add(line);
        }
    }

    long count() {
        return count;
    }

    List<LogExtent.Line> samples() {
        return samples;
    }

    LogExtent.Lines toSample() {
        return new LogExtent.Lines(count, List.copyOf(samples));
    }
}
