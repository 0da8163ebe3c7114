package dev.millrace.router.semantic;

import dev.millrace.similarity.index.SimilarityIndex;
import dev.millrace.similarity.verification.AnswerVerdict;
import java.util.Optional;
import java.util.concurrent.Future;

/** Computes embeddings outside the stream threads. Thread-safe. */
interface QuestionEmbedder extends AutoCloseable {
    /**
     * A question for which similar ones are searched.
     *
     * @param text the user's question
     * @param embedding its embedding; must not be modified
     */
    record Question(String text, float[] embedding) {
        /**
         * @throws IllegalArgumentException if no index accepts the embedding
         */
        public Question {
            if (!SimilarityIndex.accepts(embedding)) {
                throw new IllegalArgumentException("the embedding has no direction");
            }
        }
    }

    /**
     * Computes the embedding of the question in a batch line.
     *
     * @param line shared, must not be modified
     * @return the future question, or nothing if it has too many tokens or the embedding fails;
     *     empty if too many questions wait already
     */
    Optional<Future<Optional<Question>>> embed(byte[] line);

    /**
     * Compares two answers.
     *
     * @return the future verdict; empty if too many questions wait already
     */
    Optional<Future<AnswerVerdict>> compare(String reused, String real);

    /** Stops the computations. */
    @Override
    default void close() {}
}
