package dev.millrace.router.cache.similar;

import dev.millrace.similarity.verification.AnswerVerdict;
import java.util.Optional;
import java.util.concurrent.Future;

/** Computes embeddings outside the stream threads. Thread-safe. */
public interface QuestionEmbedder {
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
}
