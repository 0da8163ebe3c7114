package dev.millrace.bench.similarity;

import dev.millrace.bench.figures.LatencyPercentiles;

/**
 * The searches of one index.
 *
 * @param entries stored embeddings
 * @param index what is searched: {@code all} embeddings, or a {@code graph} of them
 * @param search time of a search
 * @param add time of an addition, with its part of the work on the graph
 * @param found part of the results of a comparison with all that were found, from 0 to 1
 * @param megabytes memory of the index, 1,000,000 bytes each
 */
record SearchRow(
        int entries,
        String index,
        LatencyPercentiles search,
        LatencyPercentiles add,
        double found,
        double megabytes) {}
