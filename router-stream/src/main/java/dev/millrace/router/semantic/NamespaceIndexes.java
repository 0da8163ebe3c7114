package dev.millrace.router.semantic;

import dev.millrace.similarity.index.Neighbour;
import dev.millrace.similarity.index.SimilarityIndex;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The embeddings of a task's questions in memory, by namespace. The first search of a namespace
 * reads it from the store; the least recently searched namespaces are dropped.
 */
final class NamespaceIndexes {
    /** Namespaces in memory: an index of one question takes 25 kB. */
    static final int MAX_NAMESPACES = 1_000;

    private final QuestionStore questions;
    private final LinkedHashMap<String, NamespaceIndex> indexes =
            new LinkedHashMap<>(16, 0.75f, true);

    NamespaceIndexes(QuestionStore questions) {
        this.questions = questions;
    }

    /** A stored question that is similar to the searched one. */
    record Match(String cacheKey, float similarity) {}

    /** Returns the most similar questions of a namespace, beginning with the most similar one. */
    List<Match> nearest(String namespace, float[] embedding, float minimum, int most) {
        NamespaceIndex index = index(namespace);
        return index.embeddings.nearest(embedding, minimum, most).stream()
                .map(index::match)
                .toList();
    }

    private NamespaceIndex index(String namespace) {
        NamespaceIndex found = indexes.get(namespace);
        if (found == null) {
            found = new NamespaceIndex();
            questions.readEmbeddings(namespace, found::put);
            indexes.put(namespace, found);
            if (indexes.size() > MAX_NAMESPACES) {
                indexes.pollFirstEntry();
            }
        }
        return found;
    }

    /** Adds a question, or replaces an earlier one with its cache key. */
    void put(String namespace, String cacheKey, float[] embedding) {
        NamespaceIndex index = indexes.get(namespace);
        if (index != null) {
            index.put(cacheKey, embedding);
        }
    }

    void remove(String namespace, String cacheKey) {
        NamespaceIndex index = indexes.get(namespace);
        if (index != null) {
            index.remove(cacheKey);
        }
    }

    private static final class NamespaceIndex {
        final SimilarityIndex embeddings = SimilarityIndex.growing();
        private final Map<String, Integer> slots = new HashMap<>();
        private final Map<Integer, String> cacheKeys = new HashMap<>();

        Match match(Neighbour it) {
            return new Match(Objects.requireNonNull(cacheKeys.get(it.slot())), it.similarity());
        }

        void put(String cacheKey, float[] embedding) {
            remove(cacheKey);
            int slot = embeddings.add(embedding);
            slots.put(cacheKey, slot);
            cacheKeys.put(slot, cacheKey);
        }

        void remove(String cacheKey) {
            Integer slot = slots.remove(cacheKey);
            if (slot != null) {
                cacheKeys.remove(slot);
                embeddings.remove(slot);
            }
        }
    }
}
