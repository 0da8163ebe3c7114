package dev.millrace.router.classify.text;

/**
 * Classes of letters that are counted differently. Compares ranges, because {@link
 * Character.UnicodeScript} takes several times as long.
 */
public final class Letters {
    private static final int MIDDLE_DOT = 0x30FB;

    private Letters() {}

    /** Returns true for A to Z and a to z. */
    public static boolean isAsciiLetter(int c) {
        return isIn(c, 'a', 'z') || isIn(c, 'A', 'Z');
    }

    /** Returns true for Chinese characters, which Japanese uses too. */
    public static boolean isHan(int c) {
        return isIn(c, 0x4E00, 0x9FFF) || isIn(c, 0x3400, 0x4DBF) || isIn(c, 0x20000, 0x323AF);
    }

    /** Returns true for hiragana and katakana, including the long vowel mark. */
    public static boolean isKana(int c) {
        return isIn(c, 0x3041, 0x30FF) && c != MIDDLE_DOT;
    }

    /** Returns true for letters and marks of Thai, Lao, Burmese and Khmer, which lack spaces. */
    public static boolean isSoutheastAsian(int c) {
        boolean isInRange =
                isIn(c, 0x0E00, 0x0EFF) || isIn(c, 0x1000, 0x109F) || isIn(c, 0x1780, 0x17FF);
        return isInRange && (Character.isLetter(c) || isCombiningMark(c));
    }

    /** Returns true for a combining mark, which belongs to the letter before it. */
    public static boolean isCombiningMark(int c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }

    /** Returns true for any white space, and for CJK punctuation, which also separates words. */
    public static boolean isSeparator(int c) {
        return Character.isSpaceChar(c)
                || Character.isISOControl(c)
                || c == 0x200B
                || isIn(c, 0x3000, 0x303F)
                || isIn(c, 0xFF00, 0xFFEF)
                || c == MIDDLE_DOT;
    }

    private static boolean isIn(int c, int first, int last) {
        return c >= first && c <= last;
    }
}
