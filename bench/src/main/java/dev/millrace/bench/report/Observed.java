package dev.millrace.bench.report;

import dev.millrace.bench.figures.Stretch;
import dev.millrace.bench.process.PeakMemory;
import java.util.Optional;

/**
 * What was seen of one contender.
 *
 * @param jobs that have a result
 * @param steady its steady part; empty when it showed too little
 * @param memory the most that it used
 * @param liveHeapMib heap after a collection in full flight; 0 where it was not asked for
 * @param problem why it is not what it should be; empty when all is well
 */
public record Observed(
        int jobs,
        Optional<Stretch> steady,
        PeakMemory memory,
        long liveHeapMib,
        Optional<String> problem) {}
