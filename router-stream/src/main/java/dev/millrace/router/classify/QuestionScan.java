package dev.millrace.router.classify;

import dev.millrace.router.classify.text.CodePoints;
import dev.millrace.router.classify.text.Letters;
import dev.millrace.router.classify.text.Texts;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a question once and finds all that the rules ask of its words. Used once, by one
 * thread.
 *
 * <p>A word is what stands between white space and has a letter or digit. Chinese, Japanese and
 * Thai, Lao, Khmer and Burmese have no spaces: there, so many letters are a word as stand for one
 * English word in the Universal Declaration of Human Rights. {@link java.text.BreakIterator} would
 * take longer than all else here, and has no dictionary of Chinese.
 */
final class QuestionScan {
    private static final WordTable WORDS = new WordTable();

    /** 2,433 letters for 1,681 English words, in hundredths. */
    private static final int CHINESE_LETTERS = 145;

    /** 3,683 letters for 1,681 English words; of kana and Han, when there is a kana. */
    private static final int JAPANESE_LETTERS = 219;

    /** 8,764 letters and marks for 1,681 English words. */
    private static final int THAI_LETTERS = 521;

    private static final int HUNDREDTHS = 100;
    private static final int FENCE = 3;
    private static final int ASCII = 0x80;

    private final EnumSet<Keyword> keywords = EnumSet.noneOf(Keyword.class);
    private final byte[] piece = new byte[WordTable.LONGEST];
    private int pieceLength;
    private boolean inWord;
    private int backticks;
    private boolean inFence;
    private boolean hasFence;
    private long spaced;
    private long han;
    private long kana;
    private long thai;
    private @Nullable Keyword firstTask;

    private QuestionScan() {}

    static QuestionScan of(Texts question) {
        var scan = new QuestionScan();
        CodePoints characters = question.characters();
        int c = characters.next();
        while (c != CodePoints.END) {
            if (isSmallLetter(c)) {
                c = scan.onSmallLetters(c, characters);
            } else {
                scan.onCharacter(c);
                c = characters.next();
            }
        }
        scan.endWord();
        return scan;
    }

    /** How many words there are. */
    long words() {
        long unspaced =
                (han + kana) * HUNDREDTHS / (kana > 0 ? JAPANESE_LETTERS : CHINESE_LETTERS)
                        + thai * HUNDREDTHS / THAI_LETTERS;
        boolean isLessThanAWord = unspaced == 0 && han + kana + thai > 0;
        return spaced + (isLessThanAWord ? 1 : unspaced);
    }

    boolean has(Keyword keyword) {
        return keywords.contains(keyword);
    }

    /** Whether there is a block of code between three backticks. */
    boolean hasFence() {
        return hasFence;
    }

    /** The first word outside of code that names a task; null when there is none. */
    @Nullable Keyword firstTask() {
        return firstTask;
    }

    private static boolean isSmallLetter(int c) {
        return c >= 'a' && c <= 'z';
    }

    /** Most of most texts, so in a loop of its own; gives back the character behind them. */
    private int onSmallLetters(int first, CodePoints characters) {
        int c = first;
        int length = pieceLength;
        while (isSmallLetter(c)) {
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
            onForeign(c);
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
        if (backticks == FENCE) {
            inFence = !inFence;
            hasFence = true;
        }
    }

    /** A digit, an underscore or a foreign letter makes a piece that is no keyword. */
    private void append(int c) {
        inWord |= c != '_';
        if (pieceLength < piece.length) {
            piece[pieceLength] = (byte) c;
        }
        pieceLength++;
    }

    private void onForeign(int c) {
        if (Letters.isHan(c)) {
            endWord();
            han++;
        } else if (Letters.isKana(c)) {
            endWord();
            kana++;
        } else if (Letters.isThaiOrLike(c)) {
            endWord();
            thai++;
        } else if (Letters.isSeparator(c)) {
            endWord();
        } else if (Character.isLetterOrDigit(c) || Letters.isMark(c)) {
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
        if (namesTask && firstTask == null && !inFence) {
            firstTask = keyword;
        }
    }

    private void endWord() {
        endPiece();
        spaced += inWord ? 1 : 0;
        inWord = false;
    }
}
