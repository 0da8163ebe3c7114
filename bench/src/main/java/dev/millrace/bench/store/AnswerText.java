package dev.millrace.bench.store;

import java.util.SplittableRandom;

/**
 * Text with the statistics of English prose: short and long words whose frequency falls with their
 * rank, in sentences and paragraphs. Compresses about as well as models' answers. Immutable.
 */
public final class AnswerText {
    private static final int WORDS = 6_000;
    private static final int MAX_SYLLABLES = 4;
    private static final int CHARACTERS = 4 << 20;
    private static final int MIN_SENTENCE = 6;
    private static final int MAX_SENTENCE = 24;

    /** Mean number of sentences in a paragraph. */
    private static final int SENTENCES = 5;

    private static final String[] ONSETS = {
        "b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "v", "w", "st", "tr", "pl",
        "ch", "sh", ""
    };
    private static final String[] NUCLEI = {"a", "e", "i", "o", "u", "ea", "ou", "io"};
    private static final String[] CODAS = {"", "", "n", "r", "s", "t", "ll", "nd", "ng", "ck", "m"};

    /** JSON string content: line breaks are escaped. */
    private final String text;

    private AnswerText(String text) {
        this.text = text;
    }

    /** Generates the text, always the same. */
    static AnswerText generate() {
        var random = new SplittableRandom(1);
        String[] words = words(random);
        var text = new StringBuilder(CHARACTERS);
        while (text.length() < CHARACTERS) {
            int length = random.nextInt(MIN_SENTENCE, MAX_SENTENCE);
            for (int i = 0; i < length; i++) {
                // The exponent of a random number in [0, 1) gives Zipf's distribution of ranks.
                int rank = (int) Math.pow(WORDS, random.nextDouble()) - 1;
                String word = words[rank];
                text.append(i == 0 ? capitalized(word) : word).append(i < length - 1 ? " " : ". ");
            }
            if (random.nextInt(SENTENCES) == 0) {
                text.append("\\n\\n");
            }
        }
        return new AnswerText(text.toString());
    }

    private static String[] words(SplittableRandom random) {
        var words = new String[WORDS];
        for (int rank = 0; rank < WORDS; rank++) {
            // Frequent words are short.
            int most = rank < MAX_SYLLABLES * MAX_SYLLABLES ? 1 : MAX_SYLLABLES;
            int syllables = random.nextInt(1, most + 1);
            var word = new StringBuilder();
            for (int i = 0; i < syllables; i++) {
                word.append(any(ONSETS, random)).append(any(NUCLEI, random));
            }
            words[rank] = word.append(any(CODAS, random)).toString();
        }
        return words;
    }

    private static String any(String[] all, SplittableRandom random) {
        return all[random.nextInt(all.length)];
    }

    private static String capitalized(String word) {
        return Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

    /**
     * Returns a part of the text, as the content of a JSON string.
     *
     * @param length characters, each of which is a byte in UTF-8; 0 or more
     */
    String part(int length, SplittableRandom random) {
        if (length < 2) {
            return " ".repeat(length);
        }
        int begin = random.nextInt(text.length() - length);
        // Blanks instead of the ends of an escape, which a cut may have split.
        String part = text.substring(begin, begin + length);
        return part.startsWith("n") || part.endsWith("\\")
                ? " " + part.substring(1, length - 1) + " "
                : part;
    }
}
