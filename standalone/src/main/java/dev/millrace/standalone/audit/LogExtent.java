package dev.millrace.standalone.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an audit has read.
 *
 * @param lines all lines except blank ones
 * @param notBilled number of requests without a bill, by reason
 * @param unreadable number of lines that were not understood
 * @param unreadableLines the first of these lines
 * @param timed number of billed requests with a time
 * @param first earliest time; empty without times
 * @param last latest time; empty without times
 */
public record LogExtent(
        long files,
        long lines,
        Map<String, Long> notBilled,
        long unreadable,
        List<LogTotals.UnreadableLine> unreadableLines,
        long timed,
        Optional<Instant> first,
        Optional<Instant> last) {

    /** Returns the time from the first to the last request; empty without two different times. */
    public Optional<Duration> span() {
        return first.flatMap(from -> last.map(to -> Duration.between(from, to)))
                .filter(Duration::isPositive);
    }
}
