package dev.millrace.semantic.evaluation;

import dev.millrace.semantic.paraphrase.Wording;

/**
 * What a semantic cache sees of a pair.
 *
 * @param cosine of the embeddings, from -1 to 1
 */
public record ScoredPair(LabelledPair pair, float cosine, Wording a, Wording b) {}
