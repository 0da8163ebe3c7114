package dev.millrace.simulator.wire.body;

import java.util.ArrayList;
import java.util.List;

/** Splits a text into the chunks of a stream, never within a code point. */
final class TextChunks {
    private static final int MAX_CHUNKS = 16;
    private static final int MIN_CHUNK_CHARACTERS = 12;

    private TextChunks() {}

    static List<String> of(String text) {
        int size = Math.max(MIN_CHUNK_CHARACTERS, Math.ceilDiv(text.length(), MAX_CHUNKS));
        List<String> chunks = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = Math.min(text.length(), start + size);
            if (end < text.length() && Character.isLowSurrogate(text.charAt(end))) {
                end++;
            }
            chunks.add(text.substring(start, end));
            start = end;
        }
        return chunks;
    }
}
