package dev.millrace.standalone.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The input of an audit.
 *
 * @param lines all lines except blank ones
 * @param notBilled number of requests without a bill, by reason
 * @param unreadable lines that could not be interpreted
 * @param unclear counted lines with doubtful figures
 * @param timed number of billed requests with a time
 * @param first earliest time; empty without times
 * @param last latest time; empty without times
 */
record LogExtent(
        long files,
        long lines,
        Map<String, Long> notBilled,
        Lines unreadable,
        Lines unclear,
        long timed,
        Optional<Instant> first,
        Optional<Instant> last) {

    /**
     * Lines of one kind.
     *
     * @param count number of lines
     * @param first the first of them
     */
    record Lines(long count, List<Line> first) {}

    /**
     * A line with a remark.
     *
     * @param number line at which the entry begins, from 1
     * @param reason the remark, beginning with a verb
     */
    record Line(String file, long number, String reason) {
        /** Returns the line's place and the reason, such as {@code log.jsonl:3 has no model}. */
        public String text() {
            return file + ":" + number + " " + reason;
        }
    }

    /** Returns the time from the first to the last request; empty without two different times. */
    Optional<Duration> span() {
        return first.flatMap(from -> last.map(to -> Duration.between(from, to)))
                .filter(Duration::isPositive);
    }
}
