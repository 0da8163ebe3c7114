package dev.millrace.similarity.paraphrase;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The small prepositions of a text.
 *
 * @param byWord all prepositions, keyed by the content word or number that they introduce, or by
 *     {@link #NO_WORD}; without prepositions before a verb with {@code ing}
 * @param predicates prepositions that carry the predicate, such as "is in a black hole" and "what
 *     is it for"; they must not be left out
 */
record Prepositions(Map<String, Set<String>> byWord, Map<String, Set<String>> predicates) {
    /** Replaces the missing word after a preposition at the end of a sentence. */
    static final String NO_WORD = "";

    Prepositions {
        byWord = copy(byWord);
        predicates = copy(predicates);
    }

    private static Map<String, Set<String>> copy(Map<String, Set<String>> map) {
        var copy = new HashMap<String, Set<String>>();
        map.forEach((word, prepositions) -> copy.put(word, Set.copyOf(prepositions)));
        return Map.copyOf(copy);
    }

    static void add(Map<String, Set<String>> map, String word, String preposition) {
        map.computeIfAbsent(word, _ -> new HashSet<>()).add(preposition);
    }

    /**
     * Returns true if every word has equal prepositions in both texts. A preposition can be left
     * out ("open on Sundays", "open Sundays") unless it carries the predicate.
     */
    boolean mayMeanTheSameAs(Prepositions other) {
        return hasNoOther(other) && other.hasPredicatesOf(this) && hasPredicatesOf(other);
    }

    private boolean hasNoOther(Prepositions other) {
        return byWord.entrySet().stream()
                .allMatch(
                        it ->
                                it.getValue()
                                        .equals(
                                                other.byWord.getOrDefault(
                                                        it.getKey(), it.getValue())));
    }

    private boolean hasPredicatesOf(Prepositions other) {
        return other.predicates.entrySet().stream()
                .allMatch(
                        it ->
                                byWord.getOrDefault(it.getKey(), Set.of())
                                        .containsAll(it.getValue()));
    }
}
