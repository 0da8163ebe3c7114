package dev.millrace.similarity.paraphrase;

/**
 * Decides whether two questions have equal meaning, so that one can have the answer of the other.
 *
 * @param threshold least cosine of their embeddings
 * @param isGuarded true if their wordings must be equal, too
 */
public record EqualMeaning(float threshold, boolean isGuarded) {
    /**
     * Returns true if both questions have equal meaning.
     *
     * @param cosine of both embeddings
     */
    public boolean of(float cosine, Wording one, Wording other) {
        return cosine >= threshold && (!isGuarded || one.canShareAnswerWith(other));
    }
}
