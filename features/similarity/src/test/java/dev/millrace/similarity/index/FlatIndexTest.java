package dev.millrace.similarity.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import dev.millrace.similarity.embedding.EmbeddingModel;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlatIndexTest {
    private static final int DIMENSIONS = EmbeddingModel.DIMENSIONS;
    private static final int BLOCK = 256;

    private final SimilarityIndex index = SimilarityIndex.flat();

    /** Returns a vector in the plane of two axes, at the given cosine to the first axis. */
    private static float[] atCosine(double cosine, int first, int second) {
        var vector = new float[DIMENSIONS];
        vector[first] = (float) cosine;
        vector[second] = (float) Math.sqrt(1 - cosine * cosine);
        return vector;
    }

    private static float[] axis(int axis) {
        var vector = new float[DIMENSIONS];
        vector[axis] = 1;
        return vector;
    }

    @Nested
    class Search {
        @Test
        void emptyIndexHasNoNeighbours() {
            assertThat(index.nearest(axis(0), -1, 10)).isEmpty();
        }

        @Test
        void neighboursComeByTheirSimilarity() {
            int middle = index.add(atCosine(0.96, 0, 100));
            int far = index.add(atCosine(0.90, 0, 1));
            int near = index.add(atCosine(0.99, 0, 383));

            assertThat(index.nearest(axis(0), 0.95f, 10))
                    .extracting(Neighbour::slot)
                    .containsExactly(near, middle);
            assertThat(index.nearest(axis(0), 0.5f, 10))
                    .extracting(Neighbour::slot)
                    .containsExactly(near, middle, far);
            assertThat(index.nearest(axis(0), 0.5f, 1))
                    .extracting(Neighbour::slot)
                    .containsExactly(near);
        }

        @Test
        void similarityIsTheCosine() {
            index.add(atCosine(0.96, 0, 100));

            assertThat(index.nearest(axis(0), 0, 1).getFirst().similarity())
                    .isCloseTo(0.96f, offset(1e-6f));
        }

        @Test
        void ofEqualNeighboursTheFirstAddedComesFirst() {
            int removed = index.add(axis(5));
            int first = index.add(axis(0));
            index.remove(removed);
            int second = index.add(axis(0));
            int third = index.add(axis(0));

            assertThat(second).as("a lower slot").isLessThan(first);
            assertThat(index.nearest(axis(0), 1, 10))
                    .extracting(Neighbour::slot)
                    .containsExactly(first, second, third);
            assertThat(index.nearest(axis(0), 0.9f, 2))
                    .extracting(Neighbour::slot)
                    .containsExactly(first, second);
        }

        @Test
        void lengthOfAVectorMakesNoDifference() {
            float[] shorter = axis(3);
            shorter[3] = 0.001f;
            index.add(shorter);
            float[] longer = axis(3);
            longer[3] = 1_000;

            assertThat(index.nearest(longer, 1, 1)).containsExactly(new Neighbour(0, 1));
        }

        @Test
        void laterChangeOfTheArrayMakesNoDifference() {
            float[] vector = axis(3);
            index.add(vector);
            Arrays.fill(vector, 7);

            assertThat(index.nearest(axis(3), 1, 1)).hasSize(1);
        }

        @Test
        void wrongParameterIsRefused() {
            float[] zero = new float[DIMENSIONS];
            float[] notFinite = axis(1);
            notFinite[200] = Float.NaN;
            assertThatIllegalArgumentException().isThrownBy(() -> index.add(zero));
            assertThatIllegalArgumentException().isThrownBy(() -> index.add(notFinite));
            assertThatIllegalArgumentException().isThrownBy(() -> index.add(new float[3]));
            assertThatIllegalArgumentException().isThrownBy(() -> index.nearest(axis(0), 2, 1));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> index.nearest(axis(0), Float.NaN, 1));
            assertThatIllegalArgumentException().isThrownBy(() -> index.nearest(axis(0), 0, 0));
            assertThat(index.size()).isZero();
        }
    }

    @Nested
    class Removal {
        @Test
        void removedEmbeddingIsNotFound() {
            int slot = index.add(axis(0));
            index.add(axis(1));
            index.remove(slot);

            assertThat(index.nearest(axis(0), 0.5f, 10)).isEmpty();
            assertThat(index.nearest(axis(0), -1, 10)).hasSize(1);
            assertThat(index.size()).isOne();
        }

        @Test
        void lowestFreeSlotIsUsedAgain() {
            for (int i = 0; i < 5; i++) {
                index.add(axis(i));
            }
            index.remove(3);
            index.remove(1);

            assertThat(List.of(index.add(axis(7)), index.add(axis(8)), index.add(axis(9))))
                    .containsExactly(1, 3, 5);
        }

        @Test
        void slotWithoutEmbeddingIsRefused() {
            index.remove(index.add(axis(0)));

            for (int slot : new int[] {-1, 0, 1, 9_999}) {
                assertThatIllegalArgumentException().isThrownBy(() -> index.remove(slot));
            }
        }

        @Test
        void memoryIsFreed() {
            for (int i = 0; i < 10 * BLOCK; i++) {
                index.add(axis(i % DIMENSIONS));
            }
            long full = index.bytes();
            for (int i = 10 * BLOCK - 1; i >= BLOCK; i--) {
                index.remove(i);
            }

            assertThat(index.bytes()).isEqualTo(full / 5);
            for (int i = 0; i < BLOCK; i++) {
                index.remove(i);
            }
            assertThat(index.bytes()).isZero();
        }
    }

    @Test
    void smallNamespaceTakesLittleMemory() {
        index.add(axis(0));

        assertThat(index.bytes()).isBetween(1_536L, 32_000L);
    }

    /** Compares with a plain list, also across blocks and with slots that are used again. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void randomOperationsFindWhatAListFinds(long seed) {
        var random = new Random(seed);
        Map<Integer, float[]> expected = new TreeMap<>();
        for (int i = 0; i < 3_000; i++) {
            if (random.nextInt(3) == 0 && !expected.isEmpty()) {
                List<Integer> slots = List.copyOf(expected.keySet());
                int slot = slots.get(random.nextInt(slots.size()));
                index.remove(slot);
                expected.remove(slot);
            } else {
                float[] vector = vector(random, expected);
                assertThat(expected.put(index.add(vector), vector)).isNull();
            }
            if (i % 20 == 0) {
                float[] wanted = vector(random, expected);
                float minimum = random.nextInt(-2, 10) / 10f;
                assertThat(index.nearest(wanted, minimum, 5))
                        .extracting(Neighbour::slot)
                        .isEqualTo(nearest(expected, wanted, minimum));
            }
        }
        assertThat(index.size()).isEqualTo(expected.size());
    }

    /** Returns a random vector, or one that is near to a stored one. */
    private static float[] vector(Random random, Map<Integer, float[]> stored) {
        var vector = new float[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        if (random.nextBoolean() && !stored.isEmpty()) {
            float[] other = List.copyOf(stored.values()).get(random.nextInt(stored.size()));
            float part = random.nextFloat() * 0.02f;
            for (int i = 0; i < DIMENSIONS; i++) {
                vector[i] = other[i] + part * vector[i];
            }
        }
        double length = Math.sqrt(cosine(vector, vector));
        for (int i = 0; i < DIMENSIONS; i++) {
            vector[i] = (float) (vector[i] / length);
        }
        return vector;
    }

    private static List<Integer> nearest(
            Map<Integer, float[]> stored, float[] wanted, float minimum) {
        return stored.entrySet().stream()
                .filter(it -> cosine(wanted, it.getValue()) >= minimum)
                .sorted(Comparator.comparingDouble(it -> -cosine(wanted, it.getValue())))
                .limit(5)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static double cosine(float[] a, float[] b) {
        double cosine = 0;
        for (int i = 0; i < DIMENSIONS; i++) {
            cosine += (double) a[i] * b[i];
        }
        return cosine;
    }
}
