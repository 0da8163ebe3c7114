package dev.millrace.similarity.embedding;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/**
 * Divides a text into the pieces of words that an uncased BERT model knows: the longest piece of a
 * word that is in the vocabulary, then the longest piece of the rest, and so on. Thread-safe.
 *
 * @see <a href="https://research.google/pubs/pub37842/">Schuster and Nakajima, 2012</a>
 */
final class WordPieceTokenizer {
    /** A longer word is unknown as a whole. Counts Unicode characters. */
    private static final int MAX_WORD = 100;

    private final Map<String, Integer> ids;
    private final int start;
    private final int end;
    private final int unknown;

    /**
     * @param ids by piece; pieces that continue a word begin with {@code ##}
     */
    WordPieceTokenizer(Map<String, Integer> ids) {
        this.ids = ids;
        start = id("[CLS]");
        end = id("[SEP]");
        unknown = id("[UNK]");
    }

    private int id(String piece) {
        Integer id = ids.get(piece);
        if (id == null) {
            throw new IllegalArgumentException("the vocabulary has no " + piece);
        }
        return id;
    }

    /**
     * Returns the ids of the pieces of a text, between the start and end ids.
     *
     * @param most number of ids, from 2; further pieces are left out
     */
    long[] tokenize(String text, int most) {
        var pieces = new ArrayList<Integer>();
        var words = new StringTokenizer(BertNormalizer.words(text), " ");
        while (words.hasMoreTokens() && pieces.size() < most - 2) {
            pieces.addAll(pieces(words.nextToken()));
        }
        int count = Math.min(pieces.size(), most - 2);
        var tokens = new long[count + 2];
        tokens[0] = start;
        for (int i = 0; i < count; i++) {
            tokens[i + 1] = pieces.get(i);
        }
        tokens[count + 1] = end;
        return tokens;
    }

    private List<Integer> pieces(String word) {
        if (word.length() > MAX_WORD && word.codePointCount(0, word.length()) > MAX_WORD) {
            return List.of(unknown);
        }
        var pieces = new ArrayList<Integer>();
        int from = 0;
        while (from < word.length()) {
            int to = word.length();
            @Nullable Integer id = piece(word, from, to);
            while (id == null) {
                to = word.offsetByCodePoints(to, -1);
                if (to == from) {
                    return List.of(unknown);
                }
                id = piece(word, from, to);
            }
            pieces.add(id);
            from = to;
        }
        return pieces;
    }

    private @Nullable Integer piece(String word, int from, int to) {
        String piece = word.substring(from, to);
        return ids.get(from == 0 ? piece : "##" + piece);
    }
}
