package dev.millrace.retrieval.index;

import dev.millrace.retrieval.embedding.TextEmbedder;
import java.util.Locale;
import java.util.StringTokenizer;

/** Embeds a text as its words, so that texts with equal words are near each other. */
public record WordEmbedder(String model) implements TextEmbedder {
    private static final int DIMENSIONS = 64;

    @Override
    public int maxTokens() {
        return 509;
    }

    @Override
    public int tokens(String text) {
        return new StringTokenizer(text).countTokens();
    }

    @Override
    public float[] embed(String text) {
        var vector = new float[DIMENSIONS];
        vector[0] = 0.1f;
        var words = new StringTokenizer(text.toLowerCase(Locale.ROOT), " .,?\n");
        while (words.hasMoreTokens()) {
            vector[Math.floorMod(words.nextToken().hashCode(), DIMENSIONS)] += 1;
        }
        double squares = 0;
        for (float it : vector) {
            squares += (double) it * it;
        }
        for (int i = 0; i < DIMENSIONS; i++) {
            vector[i] = (float) (vector[i] / Math.sqrt(squares));
        }
        return vector;
    }
}
