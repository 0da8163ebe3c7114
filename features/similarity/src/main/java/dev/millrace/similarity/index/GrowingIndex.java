package dev.millrace.similarity.index;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares each search with all embeddings up to a limit, and searches a graph of embeddings above
 * the limit.
 *
 * <pre>
 *             size reaches the limit            all are in the graph
 *  comparing ───────────────────────► building ─────────────────────► searching the graph
 *      ▲                                  │                              │        ▲
 *      └──────────────────────────────────┴──────────────────────────────┘        │
 *         size falls below half of the limit        many are removed: a new graph is built
 * </pre>
 *
 * <p>No call waits for a graph: each call adds a few embeddings to it, and searches use the
 * previous method until the graph is complete. The slot of a removed embedding is reused once no
 * graph contains it.
 */
final class GrowingIndex implements SimilarityIndex {
    /** Embeddings that one call adds to an unfinished graph. */
    private static final int BUILT_AT_ONCE = 4;

    private final int limit;
    private final FlatIndex vectors = new FlatIndex();

    /** The graph that is searched; null while all embeddings are compared. */
    private @Nullable NeighbourGraph graph;

    /** The unfinished graph, and the first slot not yet considered for it. */
    private @Nullable NeighbourGraph next;

    private int nextSlot;

    /** Slots of removed embeddings that a graph still contains. */
    private final BitSet removed = new BitSet();

    private int removals;

    /**
     * @param limit number of embeddings from which a graph is used, 2 or more
     */
    GrowingIndex(int limit) {
        this.limit = limit;
    }

    @Override
    public int add(float[] embedding) {
        int slot = vectors.add(embedding);
        if (graph != null) {
            graph.add(slot);
        }
        if (next != null && slot < nextSlot) {
            next.add(slot);
        }
        build();
        return slot;
    }

    @Override
    public void remove(int slot) {
        vectors.hide(slot);
        if (isInGraph(slot)) {
            removed.set(slot);
            removals++;
        } else {
            vectors.free(slot);
        }
        if (size() < limit / 2) {
            graph = null;
            next = null;
            freeRemoved();
        }
        build();
    }

    private boolean isInGraph(int slot) {
        return (graph != null && graph.contains(slot)) || (next != null && next.contains(slot));
    }

    @Override
    public List<Neighbour> nearest(float[] embedding, float minimum, int most) {
        build();
        if (graph == null) {
            return vectors.nearest(embedding, minimum, most);
        }
        var candidates = new Candidates(minimum, most);
        graph.search(UnitVector.of(embedding), candidates);
        return candidates.toList();
    }

    /** Adds some embeddings to the unfinished graph, or starts one when needed. */
    private void build() {
        if (next == null && needsGraph()) {
            next = new NeighbourGraph(vectors);
            nextSlot = 0;
        }
        for (int i = 0; i < BUILT_AT_ONCE && next != null; i++) {
            addNext(next);
        }
    }

    private boolean needsGraph() {
        return graph == null ? size() >= limit : removals > size() / 2;
    }

    private void addNext(NeighbourGraph building) {
        while (nextSlot < vectors.slots() && !vectors.has(nextSlot)) {
            nextSlot++;
        }
        if (nextSlot < vectors.slots()) {
            building.add(nextSlot);
            nextSlot++;
        } else {
            graph = building;
            next = null;
            freeRemoved();
        }
    }

    private void freeRemoved() {
        for (int slot = removed.nextSetBit(0); slot >= 0; slot = removed.nextSetBit(slot + 1)) {
            if (!isInGraph(slot)) {
                removed.clear(slot);
                removals--;
                vectors.free(slot);
            }
        }
    }

    /** Returns true if searches follow a graph. */
    boolean hasGraph() {
        return graph != null;
    }

    @Override
    public int size() {
        return vectors.size();
    }

    @Override
    public long bytes() {
        return vectors.bytes()
                + (graph == null ? 0 : graph.bytes())
                + (next == null ? 0 : next.bytes());
    }
}
