package dev.millrace.similarity.evaluation;

import dev.millrace.similarity.paraphrase.Wording;

/**
 * A labelled pair with the values by which a semantic cache compares it.
 *
 * @param cosine of the embeddings, from -1 to 1
 */
public record ScoredPair(LabelledPair pair, float cosine, Wording a, Wording b) {}
