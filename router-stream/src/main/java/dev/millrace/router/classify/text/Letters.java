package dev.millrace.router.classify.text;

/**
 * Tells letters apart that are counted differently. By ranges: {@link Character.UnicodeScript}
 * takes several times as long.
 */
public final class Letters {
    private static final int MIDDLE_DOT = 0x30FB;

    private Letters() {}

    /** A to z. */
    public static boolean isAscii(int c) {
        return isIn(c, 'a', 'z') || isIn(c, 'A', 'Z');
    }

    /** Chinese characters, which Japanese uses too. */
    public static boolean isHan(int c) {
        return isIn(c, 0x4E00, 0x9FFF) || isIn(c, 0x3400, 0x4DBF) || isIn(c, 0x20000, 0x323AF);
    }

    /** Hiragana and katakana, the sign of a long vowel included. */
    public static boolean isKana(int c) {
        return isIn(c, 0x3041, 0x30FF) && c != MIDDLE_DOT;
    }

    /** Letters and marks of Thai and Lao, Burmese and Khmer, which have no spaces. */
    public static boolean isThaiOrLike(int c) {
        boolean isInRange =
                isIn(c, 0x0E00, 0x0EFF) || isIn(c, 0x1000, 0x109F) || isIn(c, 0x1780, 0x17FF);
        return isInRange && (Character.isLetter(c) || isMark(c));
    }

    /** What is written on, below or beside a letter and belongs to it. */
    public static boolean isMark(int c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }

    /** White space of every kind, and the signs of Chinese and Japanese, which stand for it. */
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
