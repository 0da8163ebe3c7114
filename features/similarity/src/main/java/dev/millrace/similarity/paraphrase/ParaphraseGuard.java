package dev.millrace.similarity.paraphrase;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds differences in meaning between two texts with close embeddings. Thread-safe.
 *
 * <p>Every check is symmetric. A text and itself have no difference.
 */
public final class ParaphraseGuard {
    private static final Set<List<String>> PERSONS_LEFT_OUT =
            Set.of(List.of("1"), List.of("2"), List.of("they"));

    private final GuardMode mode;

    public ParaphraseGuard(GuardMode mode) {
        this.mode = mode;
    }

    /** Returns the first difference; empty if the texts can have one answer. */
    public Optional<Difference> difference(Wording a, Wording b) {
        if (mode == GuardMode.NONE) {
            return Optional.empty();
        }
        if (!a.numbers().equals(b.numbers())) {
            return Optional.of(Difference.NUMBERS);
        }
        if (!a.symbols().equals(b.symbols())) {
            return Optional.of(Difference.SYMBOLS);
        }
        if (a.negations() != b.negations()) {
            return Optional.of(Difference.NEGATION);
        }
        if (!caseThatMatters(a).equals(caseThatMatters(b))) {
            return Optional.of(Difference.NAMES);
        }
        if (!a.question().equals(b.question())) {
            return Optional.of(Difference.QUESTION);
        }
        if (!a.manners().equals(b.manners()) || !haveSamePersons(a.persons(), b.persons())) {
            return Optional.of(Difference.MANNER);
        }
        if (!a.prepositions().mayMeanTheSameAs(b.prepositions())) {
            return Optional.of(Difference.PREPOSITION);
        }
        return wordDifference(a, b);
    }

    /** Most people write names in lower case, too. A few words are another word then. */
    private static Set<String> caseThatMatters(Wording wording) {
        var names = new HashSet<>(wording.names());
        names.retainAll(WordLists.CASE_MATTERS);
        return names;
    }

    /** Accepts a missing pronoun: to reset a password is to reset one's own. */
    private static boolean haveSamePersons(List<String> a, List<String> b) {
        return a.equals(b)
                || (a.isEmpty() && PERSONS_LEFT_OUT.contains(b))
                || (b.isEmpty() && PERSONS_LEFT_OUT.contains(a));
    }

    private Optional<Difference> wordDifference(Wording a, Wording b) {
        var sharedOfA = new ArrayList<String>();
        var onlyInB = new ArrayList<>(b.content());
        var onlyInA = new ArrayList<String>();
        for (String word : a.content()) {
            if (onlyInB.remove(word)) {
                sharedOfA.add(word);
            } else {
                onlyInA.add(word);
            }
        }
        if (hasName(onlyInA, a) || hasName(onlyInB, b)) {
            return Optional.of(Difference.NAMES);
        }
        if (!areFewEnough(onlyInA, onlyInB)) {
            return Optional.of(Difference.WORDS);
        }
        return without(b.content(), onlyInB).equals(sharedOfA)
                ? Optional.empty()
                : Optional.of(Difference.ORDER);
    }

    private static boolean hasName(List<String> words, Wording wording) {
        return words.stream().anyMatch(wording.names()::contains);
    }

    private boolean areFewEnough(List<String> onlyInA, List<String> onlyInB) {
        return switch (mode) {
            case NONE -> true;
            case STRICT -> onlyInA.isEmpty() && onlyInB.isEmpty();
            case ONE_WORD ->
                    onlyInA.size() <= 1
                            && onlyInB.size() <= 1
                            && Stream.concat(onlyInA.stream(), onlyInB.stream())
                                    .noneMatch(ParaphraseGuard::mayNotDiffer)
                            && onlyInA.stream()
                                    .noneMatch(
                                            a ->
                                                    onlyInB.stream()
                                                            .anyMatch(b -> areOpposites(a, b)));
        };
    }

    private static boolean mayNotDiffer(String word) {
        return WordLists.UNITS.contains(word) || WordLists.NEGATIONS.contains(word);
    }

    private static boolean areOpposites(String a, String b) {
        return WordLists.OPPOSITES.getOrDefault(a, Set.of()).contains(b)
                || WordLists.DENYING_PREFIXES.stream()
                        .anyMatch(it -> a.equals(it + b) || b.equals(it + a));
    }

    private static List<String> without(List<String> words, List<String> removed) {
        var rest = new ArrayList<>(words);
        // Of equal words, the last one is not shared.
        removed.forEach(it -> rest.remove(rest.lastIndexOf(it)));
        return rest;
    }
}
