package dev.millrace.bench.similarity;

import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.semantic.index.Neighbour;
import dev.millrace.semantic.index.SimilarityIndex;
import dev.millrace.standalone.console.Terminal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Searches the nearest of many embeddings, on one thread.
 *
 * @param sizes numbers of stored embeddings, in ascending order
 * @param searches searches of each index
 * @param minimum least cosine of a result
 */
record SimilarityBench(List<Integer> sizes, int searches, float minimum, Terminal terminal) {
    /** As the router searches. */
    private static final int RESULTS = 10;

    private static final int EMBEDDINGS_OF_A_QUESTION = 20;
    private static final int MAX_QUESTIONS = 10_000;

    /** A graph is complete after a call for every fourth embedding. */
    private static final int CALLS_OF_A_GRAPH = 4;

    private static final double MEGABYTE = 1e6;

    /** Measures all sizes. */
    SimilarityFigures measure() {
        QuestionEmbeddings embeddings = embedded();
        List<EntryHeap> heaps = heaps(embeddings);
        return new SimilarityFigures(searches(embeddings), heaps);
    }

    /** Measures the heap of all sizes, and no searches. */
    SimilarityFigures measureHeap() {
        return new SimilarityFigures(List.of(), heaps(embedded()));
    }

    private QuestionEmbeddings embedded() {
        int questions = Math.clamp(sizes.getLast() / EMBEDDINGS_OF_A_QUESTION, 1, MAX_QUESTIONS);
        terminal.say("embedding " + questions + " questions");
        return new QuestionEmbeddings(questions);
    }

    private List<EntryHeap> heaps(QuestionEmbeddings embeddings) {
        terminal.say("measuring the heap");
        return sizes.stream().map(it -> EntryHeap.measure(it, embeddings)).toList();
    }

    private List<SearchRow> searches(QuestionEmbeddings embeddings) {
        var flat = new TimedIndex(SimilarityIndex.flat());
        var growing = new TimedIndex(SimilarityIndex.growing());
        List<SearchRow> rows = new ArrayList<>();
        for (int size : sizes) {
            terminal.say("measuring " + size + " entries");
            var indexes =
                    size > SimilarityIndex.MAX_COMPARED ? List.of(flat, growing) : List.of(flat);
            indexes.forEach(TimedIndex::forget);
            while (flat.index.size() < size) {
                float[] embedding = embeddings.next();
                Stream.of(flat, growing).forEach(it -> it.add(embedding));
            }
            complete(growing, embeddings);
            rows.addAll(search(indexes, embeddings));
        }
        return rows;
    }

    /** Lets a graph that is being built be completed: each call adds a part of it. */
    private static void complete(TimedIndex growing, QuestionEmbeddings embeddings) {
        for (int i = 0; i < growing.index.size() / CALLS_OF_A_GRAPH; i++) {
            growing.index.remove(growing.index.add(embeddings.next()));
        }
    }

    private List<SearchRow> search(List<TimedIndex> indexes, QuestionEmbeddings embeddings) {
        long[][] nanos = new long[indexes.size()][searches];
        long[] found = new long[indexes.size()];
        for (int i = 0; i < searches; i++) {
            float[] wanted = embeddings.next();
            List<Neighbour> expected = indexes.getFirst().index.nearest(wanted, minimum, RESULTS);
            for (int k = 0; k < indexes.size(); k++) {
                long begin = System.nanoTime();
                List<Neighbour> nearest = indexes.get(k).index.nearest(wanted, minimum, RESULTS);
                nanos[k][i] = System.nanoTime() - begin;
                found[k] += found(nearest, expected);
            }
        }
        List<SearchRow> rows = new ArrayList<>();
        for (int k = 0; k < indexes.size(); k++) {
            TimedIndex timed = indexes.get(k);
            rows.add(
                    new SearchRow(
                            timed.index.size(),
                            k == 0 ? "all" : "graph",
                            LatencyPercentiles.of(nanos[k]),
                            timed.additions(),
                            found[0] == 0 ? 1 : (double) found[k] / found[0],
                            timed.index.bytes() / MEGABYTE));
        }
        return rows;
    }

    /** Counts results by their similarity, since the slots of two indexes differ. */
    private static long found(List<Neighbour> nearest, List<Neighbour> expected) {
        List<Float> rest = new ArrayList<>(nearest.stream().map(Neighbour::similarity).toList());
        return expected.stream().filter(it -> rest.remove((Float) it.similarity())).count();
    }

    /** An index that measures its additions. */
    private static final class TimedIndex {
        private final SimilarityIndex index;
        private long[] nanos = new long[1 << 10];
        private int added;

        TimedIndex(SimilarityIndex index) {
            this.index = index;
        }

        void add(float[] embedding) {
            long begin = System.nanoTime();
            index.add(embedding);
            if (added == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * added);
            }
            nanos[added] = System.nanoTime() - begin;
            added++;
        }

        void forget() {
            added = 0;
        }

        LatencyPercentiles additions() {
            return LatencyPercentiles.of(Arrays.copyOf(nanos, Math.max(1, added)));
        }
    }
}
