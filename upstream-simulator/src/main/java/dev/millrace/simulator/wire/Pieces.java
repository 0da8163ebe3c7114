package dev.millrace.simulator.wire;

import java.util.ArrayList;
import java.util.List;

/** Cuts a text into the pieces of a stream, never through a code point. */
final class Pieces {
    private static final int MOST = 16;
    private static final int LEAST_CHARACTERS = 12;

    private Pieces() {}

    static List<String> of(String text) {
        int size = Math.max(LEAST_CHARACTERS, Math.ceilDiv(text.length(), MOST));
        List<String> pieces = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = Math.min(text.length(), start + size);
            if (end < text.length() && Character.isLowSurrogate(text.charAt(end))) {
                end++;
            }
            pieces.add(text.substring(start, end));
            start = end;
        }
        return pieces;
    }
}
