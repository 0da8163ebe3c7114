package dev.millrace.router.plan;

import dev.millrace.reader.problem.EditDistance;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds what somebody may have meant who wrote a name that does not exist. */
final class NearNames {
    private static final int MOST = 3;

    /** Longer names are compared by their first characters: a name is user input. */
    private static final int MAX_CHARS = 64;

    private NearNames() {}

    /** The nearest names, nearest first, at most three; none when all are far. */
    static List<String> of(String name, Collection<String> names) {
        String wanted = comparable(name);
        return names.stream()
                .distinct()
                .filter(candidate -> isNear(wanted, comparable(candidate)))
                .sorted(
                        Comparator.<String>comparingInt(
                                        candidate ->
                                                EditDistance.between(wanted, comparable(candidate)))
                                .thenComparing(Comparator.naturalOrder()))
                .limit(MOST)
                .toList();
    }

    private static String comparable(String name) {
        return name.substring(0, Math.min(name.length(), MAX_CHARS)).toLowerCase(Locale.ROOT);
    }

    /** Half of the characters agree, or one name begins with the other. */
    private static boolean isNear(String wanted, String candidate) {
        return candidate.startsWith(wanted)
                || wanted.startsWith(candidate)
                || 2 * EditDistance.between(wanted, candidate)
                        <= Math.max(wanted.length(), candidate.length());
    }
}
