package dev.millrace.similarity.chunk;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Divides a text into passages. A passage ends at the end of a paragraph if it is then at least
 * half full, otherwise at the end of a sentence. It ends inside a sentence only if the sentence is
 * too long for a whole passage. A passage that starts inside a paragraph repeats the last sentences
 * of the previous passage, as far as the overlap allows. Thread-safe if its counter is.
 */
public final class Chunker {
    /** Most tokens of a sentence that a part keeps whole; longer ones are lists or code. */
    private static final int MAX_SENTENCE_TOKENS = 512;

    private final ChunkSizes sizes;
    private final ToIntFunction<String> counter;
    private final boolean isForParts;

    /**
     * @param counter returns the number of tokens of a text; may report a number above the size of
     *     a passage as any such number
     */
    public Chunker(ChunkSizes sizes, ToIntFunction<String> counter) {
        this(sizes, counter, false);
    }

    private Chunker(ChunkSizes sizes, ToIntFunction<String> counter, boolean isForParts) {
        this.sizes = sizes;
        this.counter = counter;
        this.isForParts = isForParts;
    }

    /**
     * Returns a chunker for the parts of a long document, which models read one by one. Unlike a
     * passage, a part also repeats sentences of earlier paragraphs. A part is filled with pieces of
     * a sentence longer than {@value #MAX_SENTENCE_TOKENS} tokens, and counts the white space
     * between its sentences.
     *
     * @param counter returns the number of tokens of a text
     */
    public static Chunker ofParts(ChunkSizes sizes, ToIntFunction<String> counter) {
        return new Chunker(sizes, counter, true);
    }

    /** Returns the size of the passages. */
    public ChunkSizes sizes() {
        return sizes;
    }

    /**
     * Returns the passages of a text in their order. They contain everything but white space
     * between them; none for a blank text.
     */
    public List<TextSpan> chunks(String text) {
        List<TextUnit> units = units(text);
        var chunks = new ArrayList<TextSpan>();
        int first = 0;
        while (first < units.size()) {
            int next = end(units, first);
            chunks.add(
                    new TextSpan(
                            units.get(first).span().start(), units.get(next - 1).span().end()));
            first = next == units.size() ? next : overlapStart(units, first, next);
        }
        return chunks;
    }

    private List<TextUnit> units(String text) {
        return isForParts
                ? TextUnits.withWhiteSpace(
                        text, counter, Math.min(sizes.tokens(), MAX_SENTENCE_TOKENS))
                : TextUnits.of(text, counter, sizes.tokens());
    }

    /** Returns the index after the last unit of the passage that starts at a unit. */
    private int end(List<TextUnit> units, int first) {
        int size = 0;
        int next = first;
        int paragraphEnd = -1;
        while (next < units.size() && size + units.get(next).tokens() <= sizes.tokens()) {
            size += units.get(next).tokens();
            next++;
            if (units.get(next - 1).endsParagraph() && 2 * size >= sizes.tokens()) {
                paragraphEnd = next;
            }
        }
        return next == units.size() || paragraphEnd < 0 ? next : paragraphEnd;
    }

    /** Returns the index of the first unit of the next passage. */
    private int overlapStart(List<TextUnit> units, int first, int next) {
        int room = Math.min(sizes.overlap(), sizes.tokens() - units.get(next).tokens());
        int start = next;
        while (start - 1 > first
                && (isForParts || !units.get(start - 1).endsParagraph())
                && units.get(start - 1).tokens() <= room) {
            start--;
            room -= units.get(start).tokens();
        }
        return start;
    }
}
