package dev.millrace.router.message;

import dev.millrace.yaml.problem.EditDistance;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds existing names that are similar to an unknown name. */
public final class SimilarNames {
    private static final int MAX_NAMES = 3;

    /** Number of characters compared, since names are user input of any length. */
    private static final int MAX_CHARS = 64;

    private SimilarNames() {}

    /** Returns up to {@value #MAX_NAMES} similar names, most similar first. */
    public static List<String> of(String name, Collection<String> names) {
        String wanted = comparable(name);
        return names.stream()
                .distinct()
                .filter(candidate -> isSimilar(wanted, comparable(candidate)))
                .sorted(
                        Comparator.<String>comparingInt(
                                        candidate ->
                                                EditDistance.between(wanted, comparable(candidate)))
                                .thenComparing(Comparator.naturalOrder()))
                .limit(MAX_NAMES)
                .toList();
    }

    private static String comparable(String name) {
        return name.substring(0, Math.min(name.length(), MAX_CHARS)).toLowerCase(Locale.ROOT);
    }

    /** Returns true when half of the characters agree, or one name is a prefix of the other. */
    private static boolean isSimilar(String wanted, String candidate) {
        return candidate.startsWith(wanted)
                || wanted.startsWith(candidate)
                || 2 * EditDistance.between(wanted, candidate)
                        <= Math.max(wanted.length(), candidate.length());
    }
}
