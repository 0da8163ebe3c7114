package dev.millrace.router.cache.similar;

import dev.millrace.router.cache.store.QuestionStore;
import dev.millrace.similarity.index.Neighbour;
import dev.millrace.similarity.index.SimilarityIndex;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The embeddings of a task's questions in memory, by group. The first search of a group reads it
 * from the store; the least recently searched groups are dropped.
 */
final class NamespaceIndexes {
    /** Groups in memory: an index of one question takes 25 kB. */
    static final int MAX_GROUPS = 1_000;

    private final QuestionStore questions;
    private final LinkedHashMap<String, Group> groups = new LinkedHashMap<>(16, 0.75f, true);

    NamespaceIndexes(QuestionStore questions) {
        this.questions = questions;
    }

    /** A stored question that is similar to the searched one. */
    record Match(String cacheKey, float similarity) {}

    /** Returns the most similar questions of a group, beginning with the most similar one. */
    List<Match> nearest(String name, float[] embedding, float minimum, int most) {
        Group group = group(name);
        return group.index.nearest(embedding, minimum, most).stream().map(group::match).toList();
    }

    private Group group(String name) {
        Group found = groups.get(name);
        if (found == null) {
            found = new Group();
            questions.readEmbeddings(name, found::put);
            groups.put(name, found);
            if (groups.size() > MAX_GROUPS) {
                groups.pollFirstEntry();
            }
        }
        return found;
    }

    /** Adds a question, or replaces an earlier one with its cache key. */
    void put(String name, String cacheKey, float[] embedding) {
        Group group = groups.get(name);
        if (group != null) {
            group.put(cacheKey, embedding);
        }
    }

    void remove(String name, String cacheKey) {
        Group group = groups.get(name);
        if (group != null) {
            group.remove(cacheKey);
        }
    }

    private static final class Group {
        final SimilarityIndex index = SimilarityIndex.growing();
        private final Map<String, Integer> slots = new HashMap<>();
        private final Map<Integer, String> cacheKeys = new HashMap<>();

        Match match(Neighbour it) {
            return new Match(Objects.requireNonNull(cacheKeys.get(it.slot())), it.similarity());
        }

        void put(String cacheKey, float[] embedding) {
            remove(cacheKey);
            int slot = index.add(embedding);
            slots.put(cacheKey, slot);
            cacheKeys.put(slot, cacheKey);
        }

        void remove(String cacheKey) {
            Integer slot = slots.remove(cacheKey);
            if (slot != null) {
                cacheKeys.remove(slot);
                index.remove(slot);
            }
        }
    }
}
