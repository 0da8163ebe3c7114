package dev.millrace.contracts.catalog;

import dev.millrace.yaml.problem.EditDistance;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Finds existing names that are similar to an unknown name. */
public final class SimilarNames {
    private static final int MAX_NAMES = 3;

    /** Number of characters compared, since names are user input of any length. */
    private static final int MAX_CHARS = 64;

    private static final Pattern WORD_END = Pattern.compile("[^a-z0-9]+");

    private SimilarNames() {}

    /** Returns up to {@value #MAX_NAMES} similar names, most similar first. */
    public static List<String> of(String name, Collection<String> names) {
        String wanted = comparable(name);
        return names.stream()
                .distinct()
                .filter(candidate -> isSimilar(wanted, comparable(candidate)))
                .sorted(
                        Comparator.<String>comparingInt(
                                        candidate -> -sharedWords(wanted, comparable(candidate)))
                                .thenComparingInt(
                                        candidate ->
                                                EditDistance.between(wanted, comparable(candidate)))
                                .thenComparing(Comparator.naturalOrder()))
                .limit(MAX_NAMES)
                .toList();
    }

    /** Describes up to {@value #MAX_NAMES} similar names; empty if there is none. */
    public static String text(String name, Collection<String> names) {
        List<String> similar = of(name, names);
        return similar.isEmpty() ? "" : "; similar names: " + String.join(", ", similar);
    }

    /** Returns true when two names begin with the same word of at least two letters. */
    static boolean isOneFamily(String name, String other) {
        String family = family(name);
        return family.length() > 1 && family.equals(family(other));
    }

    private static String family(String name) {
        String text = comparable(name);
        int end = 0;
        while (end < text.length() && Character.isLetter(text.charAt(end))) {
            end++;
        }
        return text.substring(0, end);
    }

    private static String comparable(String name) {
        return name.substring(0, Math.min(name.length(), MAX_CHARS)).toLowerCase(Locale.ROOT);
    }

    /** Counts the words and numbers that both names have, in any order. */
    private static int sharedWords(String wanted, String candidate) {
        var words = new HashSet<>(List.of(WORD_END.split(wanted)));
        words.retainAll(List.of(WORD_END.split(candidate)));
        return words.size();
    }

    /**
     * Returns true when two words or half of the characters agree, or one name is a prefix of the
     * other.
     */
    private static boolean isSimilar(String wanted, String candidate) {
        return candidate.startsWith(wanted)
                || wanted.startsWith(candidate)
                || sharedWords(wanted, candidate) > 1
                || 2 * EditDistance.between(wanted, candidate)
                        <= Math.max(wanted.length(), candidate.length());
    }
}
