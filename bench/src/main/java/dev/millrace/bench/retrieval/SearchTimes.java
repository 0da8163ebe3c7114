package dev.millrace.bench.retrieval;

import dev.millrace.bench.figures.LatencyPercentiles;
import java.util.Map;

/**
 * The searches of an index.
 *
 * @param found part of the searches by both that had the document of the question among the best
 *     five passages, from 0 to 1
 */
record SearchTimes(Map<SearchWay, LatencyPercentiles> millis, double found) {
    SearchTimes {
        millis = Map.copyOf(millis);
    }
}
