package dev.millrace.bench.similarity;

import dev.millrace.semantic.embedding.EmbeddingModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Embeddings that lie as those of customers' questions do. Embeddings of generated questions are
 * the centres; around each of them lie paraphrases, with a cosine of 0.9 to 1. Hundreds of
 * thousands are made in a short time.
 */
final class QuestionEmbeddings {
    private static final List<String> FORMS =
            List.of(
                    "How do I %s the %s that I bought in %s on day %d?",
                    "Can I %s a %s in %s within %d days?",
                    "Why did you not %s my %s in %s, order %d?",
                    "How much does it cost to %s a %s from %s for %d days?",
                    "When will somebody %s the %s of customer %3$s %4$d?",
                    "Where do I find who may %s %ss in %s, number %d?");
    private static final List<String> VERBS =
            List.of("return", "repair", "exchange", "track", "insure", "cancel", "gift", "store");
    private static final List<String> THINGS =
            List.of("lamp", "tent", "laptop", "jacket", "desk", "kettle", "phone", "bicycle");
    private static final List<String> PLACES =
            List.of("Paris", "Oslo", "Rome", "Vienna", "Lima", "Cairo", "Boston", "Kyoto");
    private static final int NUMBERS = 1_000;
    private static final double LEAST_COSINE = 0.9;

    private final SplittableRandom random = new SplittableRandom(1);
    private final List<float[]> centres = new ArrayList<>();

    /**
     * Embeds generated questions.
     *
     * @param questions number of questions, 1 or more
     */
    QuestionEmbeddings(int questions) {
        try (EmbeddingModel model = EmbeddingModel.load()) {
            for (int i = 0; i < questions; i++) {
                centres.add(model.embed(model.tokens(question(), EmbeddingModel.MAX_TOKENS)));
            }
        }
    }

    private String question() {
        return String.format(
                Locale.ROOT,
                oneOf(FORMS),
                oneOf(VERBS),
                oneOf(THINGS),
                oneOf(PLACES),
                random.nextInt(NUMBERS));
    }

    private String oneOf(List<String> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** Returns the embedding of a paraphrase of any of the questions. */
    float[] next() {
        float[] centre = centres.get(random.nextInt(centres.size()));
        float[] aside = aside(centre);
        double cosine = random.nextDouble(LEAST_COSINE, 1);
        double sine = Math.sqrt(1 - cosine * cosine);
        var embedding = new float[centre.length];
        for (int i = 0; i < embedding.length; i++) {
            embedding[i] = (float) (cosine * centre[i] + sine * aside[i]);
        }
        return embedding;
    }

    /** Returns a random vector of length 1 at a right angle to another one. */
    private float[] aside(float[] centre) {
        var vector = new float[centre.length];
        double product = 0;
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) random.nextGaussian();
            product += (double) vector[i] * centre[i];
        }
        double squares = 0;
        for (int i = 0; i < vector.length; i++) {
            vector[i] -= (float) (product * centre[i]);
            squares += (double) vector[i] * vector[i];
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] /= (float) Math.sqrt(squares);
        }
        return vector;
    }
}
