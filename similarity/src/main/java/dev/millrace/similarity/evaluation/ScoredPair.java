package dev.millrace.similarity.evaluation;

import dev.millrace.similarity.paraphrase.Wording;

/**
 * What a semantic cache sees of a pair.
 *
 * @param cosine of the embeddings, from -1 to 1
 */
public record ScoredPair(LabelledPair pair, float cosine, Wording a, Wording b) {}
