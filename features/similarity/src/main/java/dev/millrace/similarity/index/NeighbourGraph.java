package dev.millrace.similarity.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.BitSet;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.hnsw.HnswGraphBuilder;
import org.apache.lucene.util.hnsw.HnswGraphSearcher;
import org.apache.lucene.util.hnsw.RandomVectorScorerSupplier;
import org.apache.lucene.util.hnsw.UpdateableRandomVectorScorer;

/**
 * A graph of the vectors of a {@link FlatIndex}, each connected with some of its neighbours (HNSW,
 * by Lucene). A search follows the connections and visits a small part of all vectors.
 *
 * <p>A vector cannot be taken out of the graph. The slot of a removed embedding must therefore keep
 * its vector while the graph is in use; searches pass through it and do not return it.
 */
final class NeighbourGraph {
    /** Connections of each vector; twice as many in the lowest level. */
    private static final int CONNECTIONS = 16;

    /** Vectors that are considered as neighbours of a new one. */
    private static final int BUILD_CANDIDATES = 100;

    /** Vectors that a search considers as results at most; the more, the fewer are missed. */
    private static final int SEARCH_CANDIDATES = 128;

    /** Vectors that a search looks at, at most. */
    private static final int MAX_VISITED = 20_000;

    private static final long SEED = 42;

    private final FlatIndex vectors;
    private final HnswGraphBuilder builder;
    private final BitSet members = new BitSet();

    NeighbourGraph(FlatIndex vectors) {
        this.vectors = vectors;
        try {
            builder = HnswGraphBuilder.create(new Scorers(), CONNECTIONS, BUILD_CANDIDATES, SEED);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds the vector of a slot. */
    void add(int slot) {
        members.set(slot);
        try {
            builder.addGraphNode(slot);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean contains(int slot) {
        return members.get(slot);
    }

    /** Offers the nearest vectors, except removed embeddings. */
    void search(UnitVector wanted, Candidates candidates) {
        var scorer = new Scorer();
        scorer.wanted = wanted;
        try {
            KnnCollector found =
                    HnswGraphSearcher.search(
                            scorer,
                            SEARCH_CANDIDATES,
                            builder.getGraph(),
                            new Present(),
                            MAX_VISITED);
            for (ScoreDoc it : found.topDocs().scoreDocs) {
                vectors.offer(it.doc, vectors.similarity(wanted, it.doc), candidates);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long bytes() {
        return builder.getGraph().ramBytesUsed();
    }

    /** Compares vectors of the graph with one of them, or with the searched vector. */
    private final class Scorer implements UpdateableRandomVectorScorer {
        private UnitVector wanted = UnitVector.ANY;

        @Override
        public void setScoringOrdinal(int slot) {
            wanted = vectors.vector(slot);
        }

        /** Scores must not be negative. */
        @Override
        public float score(int slot) {
            return Math.max(0, (1 + vectors.similarity(wanted, slot)) / 2);
        }

        @Override
        public int maxOrd() {
            return vectors.slots();
        }
    }

    private final class Scorers implements RandomVectorScorerSupplier {
        @Override
        public UpdateableRandomVectorScorer scorer() {
            return new Scorer();
        }

        @Override
        public RandomVectorScorerSupplier copy() {
            return new Scorers();
        }
    }

    private final class Present implements Bits {
        @Override
        public boolean get(int slot) {
            return vectors.has(slot);
        }

        @Override
        public int length() {
            return vectors.slots();
        }
    }
}
