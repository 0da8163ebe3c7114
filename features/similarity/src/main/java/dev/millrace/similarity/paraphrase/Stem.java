package dev.millrace.similarity.paraphrase;

/**
 * Removes the endings of plurals and verbs, so that {@code resets} and {@code resetting} are {@code
 * reset}. Removes less than other stemmers: words of different meanings must not meet.
 */
final class Stem {
    private static final int SHORTEST = 3;

    private Stem() {}

    static String of(String word) {
        return withoutE(withoutEnding(word));
    }

    private static String withoutEnding(String word) {
        if (word.endsWith("ies") && word.length() > SHORTEST + 2) {
            return cut(word, 3) + "y";
        }
        if (word.endsWith("ing") && hasVowel(cut(word, 3))) {
            return withoutDouble(cut(word, 3));
        }
        if (word.endsWith("s")
                && !word.endsWith("ss")
                && !word.endsWith("us")
                && !word.endsWith("is")) {
            return cut(word, 1);
        }
        return word;
    }

    /** Requires a vowel in a stem, so that {@code bring} stays unchanged. */
    private static boolean hasVowel(String stem) {
        return stem.length() >= SHORTEST && stem.chars().anyMatch(it -> "aeiouy".indexOf(it) >= 0);
    }

    private static String withoutDouble(String stem) {
        int end = stem.length() - 1;
        char last = stem.charAt(end);
        return last == stem.charAt(end - 1) && "bdgmnprt".indexOf(last) >= 0 ? cut(stem, 1) : stem;
    }

    private static String withoutE(String word) {
        return word.length() > SHORTEST && word.endsWith("e") ? cut(word, 1) : word;
    }

    private static String cut(String word, int letters) {
        return word.length() - letters >= SHORTEST - 1
                ? word.substring(0, word.length() - letters)
                : word;
    }
}
