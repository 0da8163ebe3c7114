package dev.millrace.router.classify;

import dev.millrace.router.classify.text.CodePoints;
import dev.millrace.router.classify.text.Letters;
import dev.millrace.router.classify.text.TextSpans;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * Single pass over a question that counts words and finds keywords and code blocks. Used once, by
 * one thread.
 *
 * <p>A word is text between white space that contains a letter or digit. Chinese, Japanese, Thai,
 * Lao, Khmer and Burmese have no spaces. Their letters are converted to words by the number of
 * letters per English word in the Universal Declaration of Human Rights. {@link
 * java.text.BreakIterator} would take longer than the rest of the scan, and has no Chinese
 * dictionary.
 */
final class QuestionScan {
    private static final KeywordTable WORDS = new KeywordTable();

    /** Hundredths of a letter per word: 2,433 letters for 1,681 English words. */
    private static final int CHINESE_LETTERS = 145;

    /** 3,683 letters for 1,681 English words; for kana and Han if there is any kana. */
    private static final int JAPANESE_LETTERS = 219;

    /** 8,764 letters and marks for 1,681 English words. */
    private static final int THAI_LETTERS = 521;

    private static final int HUNDREDTHS = 100;
    private static final int FENCE_BACKTICKS = 3;
    private static final int ASCII = 0x80;

    private final EnumSet<Keyword> keywords = EnumSet.noneOf(Keyword.class);
    private final byte[] piece = new byte[KeywordTable.MAX_LENGTH];
    private int pieceLength;
    private boolean inWord;
    private int backticks;
    private boolean inCodeBlock;
    private boolean hasCodeBlock;
    private long spacedWords;
    private long han;
    private long kana;
    private long thai;
    private @Nullable Keyword firstTask;

    private QuestionScan() {}

    static QuestionScan of(TextSpans question) {
        var scan = new QuestionScan();
        CodePoints characters = question.characters();
        int c = characters.next();
        while (c != CodePoints.END) {
            if (isLowerCaseLetter(c)) {
                c = scan.onLowerCaseLetters(c, characters);
            } else {
                scan.onCharacter(c);
                c = characters.next();
            }
        }
        scan.endWord();
        return scan;
    }

    /** Returns the number of words. */
    long words() {
        long unspaced =
                (han + kana) * HUNDREDTHS / (kana > 0 ? JAPANESE_LETTERS : CHINESE_LETTERS)
                        + thai * HUNDREDTHS / THAI_LETTERS;
        boolean isPartOfAWord = unspaced == 0 && han + kana + thai > 0;
        return spacedWords + (isPartOfAWord ? 1 : unspaced);
    }

    boolean has(Keyword keyword) {
        return keywords.contains(keyword);
    }

    /** Returns true if there is a code block between three backticks. */
    boolean hasCodeBlock() {
        return hasCodeBlock;
    }

    /** Returns the first keyword outside code that names a task; null if there is none. */
    @Nullable Keyword firstTask() {
        return firstTask;
    }

    private static boolean isLowerCaseLetter(int c) {
        return c >= 'a' && c <= 'z';
    }

    /**
     * Reads a run of lower-case letters and returns the next character. A separate loop for speed:
     * most characters are lower-case letters.
     */
    private int onLowerCaseLetters(int first, CodePoints characters) {
        int c = first;
        int length = pieceLength;
        while (isLowerCaseLetter(c)) {
            if (length < piece.length) {
                piece[length] = (byte) c;
            }
            length++;
            c = characters.next();
        }
        pieceLength = length;
        inWord = true;
        backticks = 0;
        return c;
    }

    private void onCharacter(int c) {
        if (c == '`') {
            onBacktick();
            return;
        }
        backticks = 0;
        if (c >= 'A' && c <= 'Z') {
            append(c - 'A' + 'a');
        } else if (c >= ASCII) {
            onNonAscii(c);
        } else if (isDigitOrUnderscore(c)) {
            append(c);
        } else if (c <= ' ') {
            endWord();
        } else {
            endPiece();
        }
    }

    private static boolean isDigitOrUnderscore(int c) {
        return (c >= '0' && c <= '9') || c == '_';
    }

    private void onBacktick() {
        endPiece();
        backticks++;
        if (backticks == FENCE_BACKTICKS) {
            inCodeBlock = !inCodeBlock;
            hasCodeBlock = true;
        }
    }

    /**
     * Appends to the current piece. A digit, an underscore or {@code ASCII} rules out a keyword.
     */
    private void append(int c) {
        inWord |= c != '_';
        if (pieceLength < piece.length) {
            piece[pieceLength] = (byte) c;
        }
        pieceLength++;
    }

    private void onNonAscii(int c) {
        if (Letters.isHan(c)) {
            endWord();
            han++;
        } else if (Letters.isKana(c)) {
            endWord();
            kana++;
        } else if (Letters.isSoutheastAsian(c)) {
            endWord();
            thai++;
        } else if (Letters.isSeparator(c)) {
            endWord();
        } else if (Character.isLetterOrDigit(c) || Letters.isCombiningMark(c)) {
            append(ASCII);
        } else {
            endPiece();
        }
    }

    private void endPiece() {
        if (pieceLength > 0 && pieceLength <= piece.length) {
            Keyword keyword = WORDS.find(piece, pieceLength);
            if (keyword != null) {
                onKeyword(keyword);
            }
        }
        pieceLength = 0;
    }

    private void onKeyword(Keyword keyword) {
        keywords.add(keyword);
        boolean namesTask = keyword != Keyword.REASONING && keyword != Keyword.URGENCY;
        if (namesTask && firstTask == null && !inCodeBlock) {
            firstTask = keyword;
        }
    }

    private void endWord() {
        endPiece();
        spacedWords += inWord ? 1 : 0;
        inWord = false;
    }
}
