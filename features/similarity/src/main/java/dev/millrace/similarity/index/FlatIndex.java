package dev.millrace.similarity.index;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Compares each search with all embeddings, in blocks. The lowest free slot is filled first, so
 * that the last blocks become empty after removals, and are freed.
 */
final class FlatIndex implements SimilarityIndex {
    private final List<Block> blocks = new ArrayList<>();
    private final BitSet used = new BitSet();
    private int size;

    /** No slot below is free. */
    private int lowestFree;

    private long sequence;

    @Override
    public int add(float[] embedding) {
        var vector = UnitVector.of(embedding);
        int slot = used.nextClearBit(lowestFree);
        if (slot == blocks.size() * Block.SIZE) {
            blocks.add(new Block());
        }
        blocks.get(slot / Block.SIZE).put(slot % Block.SIZE, vector, sequence++);
        used.set(slot);
        lowestFree = slot + 1;
        size++;
        return slot;
    }

    @Override
    public void remove(int slot) {
        hide(slot);
        free(slot);
    }

    /**
     * Removes an embedding from all searches and keeps its vector until {@link #free}.
     *
     * @throws IllegalArgumentException if the slot has none
     */
    void hide(int slot) {
        if (!has(slot)) {
            throw new IllegalArgumentException("slot " + slot + " has no embedding");
        }
        blocks.get(slot / Block.SIZE).hide(slot % Block.SIZE);
        size--;
    }

    /** Lets the slot of a hidden embedding be used again. */
    void free(int slot) {
        used.clear(slot);
        lowestFree = Math.min(lowestFree, slot);
        freeEmptyBlocks();
    }

    /** Returns true if a slot has an embedding that is not hidden. */
    boolean has(int slot) {
        return slot >= 0 && used.get(slot) && blocks.get(slot / Block.SIZE).has(slot % Block.SIZE);
    }

    /** Returns the number above all slots that are used. */
    int slots() {
        return used.length();
    }

    /** Returns the cosine of a vector and an embedding, which can be hidden. */
    float similarity(UnitVector vector, int slot) {
        return blocks.get(slot / Block.SIZE).similarity(slot % Block.SIZE, vector);
    }

    /** Returns the vector of an embedding, which can be hidden. */
    UnitVector vector(int slot) {
        return blocks.get(slot / Block.SIZE).vector(slot % Block.SIZE);
    }

    /** Offers an embedding as the result of a search. */
    void offer(int slot, float similarity, Candidates candidates) {
        blocks.get(slot / Block.SIZE).offer(slot % Block.SIZE, slot, similarity, candidates);
    }

    /** One empty block is kept: the next embedding may need it. */
    private void freeEmptyBlocks() {
        int kept = used.isEmpty() ? 0 : (used.length() - 1) / Block.SIZE + 2;
        while (blocks.size() > kept) {
            blocks.removeLast();
        }
    }

    @Override
    public List<Neighbour> nearest(float[] embedding, float minimum, int most) {
        var wanted = UnitVector.of(embedding);
        var candidates = new Candidates(minimum, most);
        for (int i = 0; i < blocks.size(); i++) {
            blocks.get(i).search(wanted, i * Block.SIZE, candidates);
        }
        return candidates.toList();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long bytes() {
        return blocks.stream().mapToLong(Block::bytes).sum();
    }
}
