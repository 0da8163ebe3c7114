package dev.millrace.router.plan;

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
                                        candidate -> distance(wanted, comparable(candidate)))
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
                || 2 * distance(wanted, candidate) <= Math.max(wanted.length(), candidate.length());
    }

    /** Levenshtein's: how many characters must be added, removed or replaced. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
