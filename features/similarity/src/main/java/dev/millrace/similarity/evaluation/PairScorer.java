package dev.millrace.similarity.evaluation;

import dev.millrace.similarity.embedding.EmbeddingModel;
import dev.millrace.similarity.paraphrase.Wording;

/** Computes the values by which a semantic cache compares a pair. */
public final class PairScorer {
    private final EmbeddingModel model;

    public PairScorer(EmbeddingModel model) {
        this.model = model;
    }

    public ScoredPair score(LabelledPair pair) {
        return new ScoredPair(
                pair,
                EmbeddingModel.cosine(embed(pair.a()), embed(pair.b())),
                Wording.of(pair.a()),
                Wording.of(pair.b()));
    }

    private float[] embed(String text) {
        return model.embed(model.tokens(text, EmbeddingModel.MAX_TOKENS));
    }
}
