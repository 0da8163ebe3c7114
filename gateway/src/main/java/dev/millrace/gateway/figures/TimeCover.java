package dev.millrace.gateway.figures;

import dev.millrace.store.rollup.RollupPeriod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Covers a range of time with rollups, each moment once: whole days, then whole hours and minutes
 * at both ends. The parts of minutes that remain at the ends are summed from their events.
 *
 * @param ranges the rollups, at most five ranges
 * @param rest the parts of minutes, at most two
 */
record TimeCover(List<RollupReader.Range> ranges, List<Span> rest) {
    public TimeCover {
        ranges = List.copyOf(ranges);
        rest = List.copyOf(rest);
    }

    /**
     * A part of a minute.
     *
     * @param from first time
     * @param to time after the last
     */
    public record Span(Instant from, Instant to) {}

    /**
     * Covers a time.
     *
     * @param from first time; empty for no limit
     * @param to time after the last; empty for no limit
     * @param longest the longest period to use
     */
    public static TimeCover of(Optional<Instant> from, Optional<Instant> to, RollupPeriod longest) {
        var cover = new Builder();
        cover.add(from, to, longest);
        return new TimeCover(cover.ranges, cover.rest);
    }

    private static final class Builder {
        private final List<RollupReader.Range> ranges = new ArrayList<>();
        private final List<Span> rest = new ArrayList<>();

        private void add(Optional<Instant> from, Optional<Instant> to, RollupPeriod period) {
            Optional<Instant> first = from.map(period::startNotBefore);
            Optional<Instant> end = to.map(period::startOf);
            if (first.isPresent() && end.isPresent() && !first.get().isBefore(end.get())) {
                // No whole period lies within the time.
                addShorter(from, to, period);
                return;
            }
            ranges.add(new RollupReader.Range(period, first, end));
            if (from.isPresent()) {
                addShorter(from, first, period);
            }
            if (to.isPresent()) {
                addShorter(end, to, period);
            }
        }

        private void addShorter(Optional<Instant> from, Optional<Instant> to, RollupPeriod period) {
            if (from.equals(to)) {
                return;
            }
            Optional<RollupPeriod> shorter = period.shorter();
            if (shorter.isPresent()) {
                add(from, to, shorter.get());
            } else {
                rest.add(new Span(from.orElseThrow(), to.orElseThrow()));
            }
        }
    }
}
