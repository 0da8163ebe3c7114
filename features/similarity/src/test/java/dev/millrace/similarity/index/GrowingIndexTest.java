package dev.millrace.similarity.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class GrowingIndexTest {
    private static final int LIMIT = 200;
    private static final int MOST = 10;

    private final GrowingIndex index = new GrowingIndex(LIMIT);

    /**
     * Reference index that compares each search with all embeddings, and its slots keyed by the
     * slots of the tested index.
     */
    private final SimilarityIndex flat = SimilarityIndex.flat();

    private final Map<Integer, Integer> slots = new HashMap<>();
    private final Map<Integer, float[]> stored = new HashMap<>();

    /** Returns an embedding near one of a few centres, as embeddings of real questions are. */
    private static float[] embedding(Random random) {
        var centre = new Random(random.nextInt(20));
        var embedding = new float[UnitVector.DIMENSIONS];
        for (int i = 0; i < embedding.length; i++) {
            embedding[i] = (float) (centre.nextGaussian() + 0.4 * random.nextGaussian());
        }
        return embedding;
    }

    private int add(float[] embedding) {
        int slot = index.add(embedding);
        assertThat(slots.put(slot, flat.add(embedding))).as("slot %s is free", slot).isNull();
        stored.put(slot, embedding);
        return slot;
    }

    private void remove(int slot) {
        index.remove(slot);
        flat.remove(Objects.requireNonNull(slots.remove(slot)));
        stored.remove(slot);
    }

    private void grow(Random random, int size) {
        while (index.size() < size) {
            add(embedding(random));
        }
    }

    /** Lets a graph that is being built be completed. */
    private void settle(Random random) {
        for (int i = 0; i < 2 * index.size(); i++) {
            index.nearest(embedding(random), 0.99f, 1);
        }
    }

    /** Returns the part of the nearest embeddings that the index finds, from 0 to 1. */
    private double recall(Random random, float minimum) {
        int found = 0;
        int all = 0;
        for (int i = 0; i < 50; i++) {
            float[] wanted = embedding(random);
            List<Integer> nearest =
                    index.nearest(wanted, minimum, MOST).stream()
                            .map(it -> slots.get(it.slot()))
                            .toList();
            assertThat(nearest).doesNotContainNull();
            List<Integer> expected =
                    flat.nearest(wanted, minimum, MOST).stream().map(Neighbour::slot).toList();
            all += expected.size();
            found += (int) expected.stream().filter(nearest::contains).count();
        }
        return all == 0 ? 1 : (double) found / all;
    }

    @Test
    void smallIndexComparesAll() {
        var random = new Random(1);
        grow(random, LIMIT - 1);

        assertThat(index.hasGraph()).isFalse();
        assertThat(recall(random, -1)).isOne();
    }

    @Test
    void largeIndexSearchesAGraph() {
        var random = new Random(2);
        grow(random, 5 * LIMIT);
        settle(random);

        assertThat(index.hasGraph()).isTrue();
        assertThat(recall(random, 0.5f)).isGreaterThan(0.97);
        assertThat(index.bytes()).isGreaterThan(flat.bytes());
    }

    @Test
    void searchesAreExactUntilTheGraphIsComplete() {
        var random = new Random(3);
        grow(random, LIMIT + 20);

        assertThat(index.hasGraph()).isFalse();
        assertThat(index.nearest(embedding(random), -1, MOST)).hasSize(MOST);
        assertThat(index.hasGraph()).isFalse();
    }

    @Test
    void indexThatShrinksComparesAllAgain() {
        var random = new Random(4);
        grow(random, 3 * LIMIT);
        settle(random);
        while (index.size() >= LIMIT / 2) {
            remove(slots.keySet().iterator().next());
        }

        assertThat(index.hasGraph()).isFalse();
        assertThat(recall(random, -1)).isOne();
        grow(random, 2 * LIMIT);
        settle(random);
        assertThat(index.hasGraph()).isTrue();
    }

    @Test
    void removedEmbeddingsAreNotFound() {
        var random = new Random(5);
        grow(random, 2 * LIMIT);
        settle(random);
        List<Integer> removed = new ArrayList<>(slots.keySet()).subList(0, LIMIT / 2);
        Map<Integer, float[]> embeddings = new HashMap<>(stored);
        removed.forEach(this::remove);

        for (int slot : removed) {
            assertThat(index.nearest(Objects.requireNonNull(embeddings.get(slot)), 0.9999f, MOST))
                    .isEmpty();
            assertThatIllegalArgumentException().isThrownBy(() -> index.remove(slot));
        }
    }

    /** Room for 2,000 removed embeddings would be ten times as many bytes. */
    @Test
    void memoryStaysBoundedWhileEmbeddingsComeAndGo() {
        var random = new Random(6);
        grow(random, 2 * LIMIT);
        settle(random);
        long before = index.bytes();
        var inOrder = new ArrayList<>(slots.keySet());
        for (int i = 0; i < 2_000; i++) {
            inOrder.add(add(embedding(random)));
            remove(inOrder.get(i));
        }

        assertThat(index.hasGraph()).isTrue();
        assertThat(index.bytes()).isLessThan(3 * before);
        assertThat(recall(random, 0.5f)).isGreaterThan(0.97);
    }

    /** After any sequence of additions and removals, every embedding finds itself. */
    @Property(tries = 5)
    void storedEmbeddingsFindThemselves(@ForAll Random random) {
        for (int i = 0; i < 1_500; i++) {
            if (random.nextInt(10) < (i < 900 ? 7 : 3) || slots.isEmpty()) {
                add(embedding(random));
            } else {
                var present = new ArrayList<>(slots.keySet());
                remove(present.get(random.nextInt(present.size())));
            }
        }

        assertThat(index.size()).isEqualTo(stored.size());
        int found = 0;
        for (var each : stored.entrySet()) {
            found +=
                    index.nearest(each.getValue(), 0.9999f, 1).stream()
                                    .anyMatch(it -> it.slot() == each.getKey())
                            ? 1
                            : 0;
        }
        assertThat(found).isGreaterThanOrEqualTo(stored.size() - stored.size() / 100);
    }
}
