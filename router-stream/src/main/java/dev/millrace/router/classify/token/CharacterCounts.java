package dev.millrace.router.classify.token;

import dev.millrace.router.classify.text.CodePoints;
import dev.millrace.router.classify.text.TextSpans;
import java.util.PrimitiveIterator;
import java.util.function.IntSupplier;
import java.util.stream.LongStream;

/**
 * Number of characters of each class in texts.
 *
 * @param counts by {@link CharacterClass}
 * @param minTokens lower bound for every known tokenizer: none joins words across a space, and none
 *     has many Han or kana tokens of more than {@value #MAX_UNSPACED_WORD} characters
 */
record CharacterCounts(long[] counts, long minTokens) {
    private static final int MAX_UNSPACED_WORD = 8;

    static CharacterCounts of(TextSpans texts) {
        CodePoints characters = texts.characters();
        return of(characters::next);
    }

    static CharacterCounts of(String text) {
        PrimitiveIterator.OfInt characters = text.codePoints().iterator();
        return of(() -> characters.hasNext() ? characters.nextInt() : CodePoints.END);
    }

    private static CharacterCounts of(IntSupplier characters) {
        var counts = new long[CharacterClass.COUNT];
        long words = 0;
        boolean inWord = false;
        for (int c = characters.getAsInt(); c != CodePoints.END; c = characters.getAsInt()) {
            int kind = CharacterClass.of(c);
            counts[kind]++;
            boolean isSpaced = kind <= CharacterClass.ARABIC_OR_HEBREW;
            words += isSpaced && !inWord ? 1 : 0;
            inWord = isSpaced || (inWord && kind != CharacterClass.SPACE);
        }
        long unspaced = counts[CharacterClass.HAN] + counts[CharacterClass.KANA];
        return new CharacterCounts(counts, words + unspaced / MAX_UNSPACED_WORD);
    }

    /** Returns the number of characters, including line breaks between texts. */
    long characters() {
        return LongStream.of(counts).sum();
    }

    /**
     * Returns the number of tokens, rounded up.
     *
     * @param thousandths thousandths of a token per character, by class
     */
    long tokens(int[] thousandths) {
        long sum = 0;
        for (int i = 0; i < counts.length; i++) {
            sum += counts[i] * thousandths[i];
        }
        return Math.ceilDiv(sum, 1_000);
    }
}
