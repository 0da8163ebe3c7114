package dev.millrace.similarity.chunk;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Divides a text into sentences, and sentences that are too long into parts. */
final class TextUnits {
    private static final Pattern BLANK_LINES = Pattern.compile("\\R\\h*\\R\\s*");

    /** Keeps passages small when a long word counts as one unknown token. */
    private static final int MAX_CHARS_PER_TOKEN = 8;

    /** More white space in a row is at most a few tokens. */
    private static final int MAX_COUNTED_SPACES = 64;

    private final String text;
    private final ToIntFunction<String> counter;
    private final int maxTokens;
    private final boolean countsWhiteSpace;
    private final List<TextUnit> units = new ArrayList<>();

    private TextUnits(
            String text, ToIntFunction<String> counter, int maxTokens, boolean countsWhiteSpace) {
        this.text = text;
        this.counter = counter;
        this.maxTokens = maxTokens;
        this.countsWhiteSpace = countsWhiteSpace;
    }

    /**
     * Returns the units in their order, each with at most the given number of tokens. Together they
     * contain everything but white space.
     */
    static List<TextUnit> of(String text, ToIntFunction<String> counter, int maxTokens) {
        return new TextUnits(text, counter, maxTokens, false).units();
    }

    /** Returns the units like {@link #of}. The size of each includes the white space after it. */
    static List<TextUnit> withWhiteSpace(
            String text, ToIntFunction<String> counter, int maxTokens) {
        return new TextUnits(text, counter, maxTokens, true).units();
    }

    private List<TextUnit> units() {
        Matcher blank = BLANK_LINES.matcher(text);
        int start = 0;
        while (blank.find()) {
            addParagraph(start, blank.start());
            start = blank.end();
        }
        addParagraph(start, text.length());
        return units;
    }

    private void addParagraph(int start, int end) {
        int before = units.size();
        BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);
        sentences.setText(text.substring(start, end));
        int from = sentences.first();
        for (int to = sentences.next(); to != BreakIterator.DONE; to = sentences.next()) {
            add(start + from, start + to);
            from = to;
        }
        if (units.size() > before) {
            TextUnit last = units.removeLast();
            units.add(new TextUnit(last.span(), last.tokens(), true));
        }
    }

    /** Adds a part of the text without the white space around it, halved until each half fits. */
    private void add(int from, int to) {
        int start = from;
        int end = to;
        while (start < end && Character.isWhitespace(text.charAt(start))) {
            start++;
        }
        while (start < end && Character.isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        if (start == end) {
            return;
        }
        int tokens = size(start, end);
        if (tokens <= maxTokens || end - start == 1) {
            units.add(new TextUnit(new TextSpan(start, end), Math.min(tokens, maxTokens), false));
            return;
        }
        int middle = boundary(start, end);
        if (middle == end) {
            units.add(new TextUnit(new TextSpan(start, end), maxTokens, false));
            return;
        }
        add(start, middle);
        add(middle, end);
    }

    /** Skips counting a text whose length alone is too much, so that each text is counted once. */
    private int size(int start, int end) {
        int atLeast = Math.max(1, Math.ceilDiv(end - start, MAX_CHARS_PER_TOKEN));
        return atLeast > maxTokens
                ? atLeast
                : Math.max(atLeast, counter.applyAsInt(text.substring(start, spaceEnd(end))));
    }

    private int spaceEnd(int end) {
        int after = end;
        while (countsWhiteSpace
                && after < text.length()
                && after - end < MAX_COUNTED_SPACES
                && Character.isWhitespace(text.charAt(after))) {
            after++;
        }
        return after;
    }

    /**
     * Returns the end of a line or word that is nearest to the middle, within the middle half; else
     * the middle, but not between the two halves of a character; the end if there is no place.
     */
    private int boundary(int start, int end) {
        int middle = (start + end) >>> 1;
        int reach = (end - start) >>> 2;
        int line = nearest(middle, reach, true);
        if (line >= 0) {
            return line;
        }
        int word = nearest(middle, reach, false);
        if (word >= 0) {
            return word;
        }
        return Character.isLowSurrogate(text.charAt(middle))
                        && Character.isHighSurrogate(text.charAt(middle - 1))
                ? middle + 1
                : middle;
    }

    private int nearest(int middle, int reach, boolean isLine) {
        for (int i = 0; i < reach; i++) {
            if (separates(text.charAt(middle + i), isLine)) {
                return middle + i;
            }
            if (separates(text.charAt(middle - i), isLine)) {
                return middle - i;
            }
        }
        return -1;
    }

    private static boolean separates(char c, boolean isLine) {
        return isLine ? c == '\n' : Character.isWhitespace(c);
    }
}
