package dev.millrace.standalone.forecast;

import dev.millrace.contracts.error.ErrorCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts what would become of lines; of those refused it keeps the first. */
final class Tally {
    private final int mostKept;
    private final SortedMap<Choice, Sums> choices = new TreeMap<>();
    private final Map<ErrorCode, Long> refusals = new EnumMap<>(ErrorCode.class);
    private final List<Kept> kept = new ArrayList<>();
    private final Sums all = new Sums();
    private long lines;

    /** A line that would be refused. */
    record Kept(Line line, Destiny.Refused refusal) {}

    /**
     * @param mostKept lines that are kept of those refused
     */
    Tally(int mostKept) {
        this.mostKept = mostKept;
    }

    void add(Line line, Destiny destiny) {
        lines++;
        switch (destiny) {
            case Destiny.Routed job -> {
                all.add(job, job.mostUsd());
                choices.computeIfAbsent(
                                new Choice(job.routedBy(), job.model().name()), _ -> new Sums())
                        .add(job, job.mostUsd());
            }
            case Destiny.Refused refusal -> {
                refusals.merge(refusal.error(), 1L, Long::sum);
                if (kept.size() < mostKept) {
                    kept.add(new Kept(line, refusal));
                }
            }
        }
    }

    long lines() {
        return lines;
    }

    long refused() {
        return lines - all.jobs();
    }

    /** Of all jobs that would be sent. */
    Sums all() {
        return all;
    }

    SortedMap<Choice, Sums> choices() {
        return Collections.unmodifiableSortedMap(choices);
    }

    Map<ErrorCode, Long> refusals() {
        return Collections.unmodifiableMap(refusals);
    }

    /** The first lines that would be refused. */
    List<Kept> kept() {
        return List.copyOf(kept);
    }
}
