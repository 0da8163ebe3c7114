package dev.millrace.router.classify.token;

import dev.millrace.router.classify.text.Letters;

/**
 * Classes of characters with similar token costs, numbered from 0. Classes up to {@link
 * #ARABIC_OR_HEBREW} belong to scripts with spaces between words.
 */
final class CharacterClass {
    /** ASCII letters. */
    static final int LETTER = 0;

    /** ASCII digits. */
    static final int DIGIT = 1;

    /** Latin letters beyond ASCII. */
    static final int ACCENTED = 2;

    static final int CYRILLIC_OR_GREEK = 3;
    static final int ARABIC_OR_HEBREW = 4;
    static final int HAN = 5;
    static final int KANA = 6;
    static final int HANGUL = 7;

    /** Letters and marks of every other script. */
    static final int OTHER_LETTER = 8;

    /** ASCII white space, including line breaks. */
    static final int SPACE = 9;

    /** ASCII punctuation and symbols. */
    static final int SYMBOL = 10;

    /** Punctuation, symbols and emoji beyond ASCII. */
    static final int OTHER_SYMBOL = 11;

    /** Number of classes. */
    static final int COUNT = 12;

    private static final int ASCII = 0x80;
    private static final int LATIN_END = 0x250;
    private static final int[] OF_ASCII = ofAscii();

    private CharacterClass() {}

    private static int[] ofAscii() {
        var classes = new int[ASCII];
        for (int c = 0; c < ASCII; c++) {
            classes[c] =
                    Character.isLetter(c)
                            ? LETTER
                            : Character.isDigit(c) ? DIGIT : c <= ' ' ? SPACE : SYMBOL;
        }
        return classes;
    }

    static int of(int codePoint) {
        return codePoint < ASCII ? OF_ASCII[codePoint] : beyondAscii(codePoint);
    }

    private static int beyondAscii(int c) {
        if (Letters.isHan(c)) {
            return HAN;
        }
        if (Letters.isKana(c)) {
            return KANA;
        }
        if (c >= 0xAC00 && c <= 0xD7A3) {
            return HANGUL;
        }
        return Character.isLetter(c) || Letters.isCombiningMark(c) ? letter(c) : OTHER_SYMBOL;
    }

    private static int letter(int c) {
        if (c < LATIN_END || (c >= 0x1E00 && c < 0x1F00)) {
            return ACCENTED;
        }
        if (c >= 0x370 && c <= 0x52F) {
            return CYRILLIC_OR_GREEK;
        }
        return c >= 0x590 && c <= 0x77F ? ARABIC_OR_HEBREW : OTHER_LETTER;
    }
}
