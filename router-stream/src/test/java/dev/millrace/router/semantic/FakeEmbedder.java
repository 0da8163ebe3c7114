package dev.millrace.router.semantic;

import dev.millrace.contracts.job.RequestParser;
import dev.millrace.similarity.embedding.EmbeddingModel;
import dev.millrace.similarity.paraphrase.Wording;
import dev.millrace.similarity.verification.AnswerVerdict;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * Embeds chat prompts by their content words: questions have equal embeddings if, and only if,
 * their content words are equal. Runs on its caller's thread.
 */
final class FakeEmbedder implements QuestionEmbedder {
    private final Queue<Runnable> held = new ArrayDeque<>();
    private boolean isHolding;
    private boolean isConfused;
    private int room = Integer.MAX_VALUE;

    /** Number of requested embeddings, including refused ones. */
    private int asked;

    /** Lets embeddings wait for {@link #finish}. */
    void hold() {
        isHolding = true;
    }

    /** Gives all questions one embedding and one wording from now on. */
    void confuse() {
        isConfused = true;
    }

    /** Limits how many embeddings may wait. */
    void limit(int most) {
        room = most;
    }

    /** Loses the waiting work, as a crash does. */
    void drop() {
        held.clear();
    }

    int asked() {
        return asked;
    }

    /** Computes embeddings that wait; returns true if there were any. */
    boolean finish(int most) {
        boolean hasWorked = false;
        for (int i = 0; i < most && !held.isEmpty(); i++) {
            held.remove().run();
            hasWorked = true;
        }
        return hasWorked;
    }

    @Override
    public Optional<Future<Optional<Question>>> embed(byte[] line) {
        asked++;
        if (held.size() >= room) {
            return Optional.empty();
        }
        var embedding = new CompletableFuture<Optional<Question>>();
        held.add(() -> embedding.complete(question(line)));
        if (!isHolding) {
            finish(1);
        }
        return Optional.of(embedding);
    }

    private Optional<Question> question(byte[] line) {
        var request = RequestParser.parse(line).accepted();
        String question = Namespaces.prompt(request).orElseThrow().text();
        String text = isConfused ? "How do I reset it?" : question;
        float[] embedding = new float[EmbeddingModel.DIMENSIONS];
        for (String word : Wording.of(text).content()) {
            embedding[Math.floorMod(word.hashCode(), embedding.length)] = 1;
        }
        double length = 0;
        for (float it : embedding) {
            length += it * it;
        }
        if (length == 0) {
            return Optional.empty();
        }
        for (int i = 0; i < embedding.length; i++) {
            embedding[i] /= (float) Math.sqrt(length);
        }
        return Optional.of(new Question(text, embedding));
    }

    @Override
    public Optional<Future<AnswerVerdict>> compare(String reused, String real) {
        var verdict = reused.equals(real) ? AnswerVerdict.SAME : AnswerVerdict.DIFFERENT;
        return Optional.of(CompletableFuture.completedFuture(verdict));
    }
}
