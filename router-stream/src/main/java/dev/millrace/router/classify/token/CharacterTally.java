package dev.millrace.router.classify.token;

import dev.millrace.router.classify.text.CodePoints;
import dev.millrace.router.classify.text.Texts;
import java.util.stream.LongStream;

/**
 * How many characters of each class texts have.
 *
 * @param counts by the number of the {@link CharacterClass}
 * @param fewestTokens no tokenizer makes fewer of them: none joins words over a space, and none has
 *     Han or kana words of more than {@value #LONGEST_UNSPACED} characters that make up a text
 */
record CharacterTally(long[] counts, long fewestTokens) {
    private static final int LONGEST_UNSPACED = 8;

    static CharacterTally of(Texts texts) {
        var counts = new long[CharacterClass.COUNT];
        long words = 0;
        boolean inWord = false;
        CodePoints characters = texts.characters();
        for (int c = characters.next(); c != CodePoints.END; c = characters.next()) {
            int kind = CharacterClass.of(c);
            counts[kind]++;
            boolean isSpaced = kind <= CharacterClass.ARABIC_OR_HEBREW;
            words += isSpaced && !inWord ? 1 : 0;
            inWord = isSpaced || (inWord && kind != CharacterClass.SPACE);
        }
        long unspaced = counts[CharacterClass.HAN] + counts[CharacterClass.KANA];
        return new CharacterTally(counts, words + unspaced / LONGEST_UNSPACED);
    }

    /** All characters, the line breaks between texts included. */
    long characters() {
        return LongStream.of(counts).sum();
    }

    /** Tokens by so many thousandths of a token for a character of each class. */
    long tokens(int[] thousandths) {
        long sum = 0;
        for (int i = 0; i < counts.length; i++) {
            sum += counts[i] * thousandths[i];
        }
        return Math.ceilDiv(sum, 1_000);
    }
}
