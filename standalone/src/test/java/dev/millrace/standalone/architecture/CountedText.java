package dev.millrace.standalone.architecture;

import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text that counts how often a pattern reads a character of it. */
record CountedText(String text, AtomicLong reads) implements CharSequence {
    private CountedText(String text) {
        this(text, new AtomicLong());
    }

    /** Returns the reads of a match of the whole text, or of a search for all matches. */
    static long reads(Pattern pattern, String text, boolean isSearch) {
        var counted = new CountedText(text);
        Matcher matcher = pattern.matcher(counted);
        if (isSearch) {
            boolean isFound = matcher.find();
            while (isFound) {
                isFound = matcher.find();
            }
        } else {
            matcher.matches();
        }
        return counted.reads.get();
    }

    @Override
    public char charAt(int index) {
        reads.incrementAndGet();
        return text.charAt(index);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.substring(start, end);
    }

    @Override
    public String toString() {
        return text;
    }
}
