package dev.millrace.router.cache.similar;

import dev.millrace.configuration.RouterConfig.SemanticCache.Guard;
import dev.millrace.router.cache.store.CacheStore;
import dev.millrace.router.cache.store.QuestionInfo;
import dev.millrace.similarity.paraphrase.Wording;
import dev.millrace.similarity.verification.VerificationState;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The questions of a task that were called, and how often their answers were right for similar
 * questions. It holds no answers: the cache has them by the cache keys of the questions.
 */
public final class SimilarQuestions {
    /**
     * Number of questions that a search returns: the guard can reject the most similar one, for
     * example because it names another year.
     */
    private static final int MAX_CANDIDATES = 10;

    private static final int MAX_TURN = 256;

    private final CacheStore store;
    private final SimilarLimits limits;
    private final InstantSource clock;
    private final NamespaceIndexes indexes;

    public SimilarQuestions(CacheStore store, SimilarLimits limits, InstantSource clock) {
        this.store = store;
        this.limits = limits;
        this.clock = clock;
        indexes = new NamespaceIndexes(store.questions());
    }

    /**
     * A question of equal meaning.
     *
     * @param cacheKey the key of its answer
     * @param similarity cosine of both embeddings
     */
    public record Candidate(String cacheKey, QuestionInfo info, float similarity) {}

    /** Returns the state of a namespace's verification. */
    public VerificationState verification(String namespace) {
        return store.verifications().find(namespace).orElseGet(() -> limits.policy().start());
    }

    /** Returns false if too many answers of a namespace were wrong to give any. */
    public boolean mayReuse(String namespace) {
        return verification(namespace).threshold(limits.policy()).isPresent();
    }

    /** Returns the questions of equal meaning, most similar first. */
    public List<Candidate> find(String namespace, Question question) {
        OptionalDouble threshold = verification(namespace).threshold(limits.policy());
        if (threshold.isEmpty() || store.totals().questions() == 0) {
            return List.of();
        }
        Wording wording = Wording.of(question.text());
        return indexes
                .nearest(
                        namespace,
                        question.embedding(),
                        (float) threshold.getAsDouble(),
                        MAX_CANDIDATES)
                .stream()
                .flatMap(match -> candidate(namespace, match).stream())
                .filter(
                        it ->
                                limits.guard() == Guard.NONE
                                        || wording.canShareAnswerWith(Wording.of(it.info().text())))
                .toList();
    }

    private Optional<Candidate> candidate(String namespace, NamespaceIndexes.Match match) {
        var found = store.questions().find(match.cacheKey()).filter(it -> !isExpired(it));
        if (found.isEmpty()) {
            remove(namespace, match.cacheKey());
        }
        return found.map(it -> new Candidate(match.cacheKey(), it, match.similarity()));
    }

    private boolean isExpired(QuestionInfo question) {
        return clock.millis() - question.createdMillis() >= limits.ttl().toMillis();
    }

    /** Remembers that the answer to a question is used. */
    public void use(Candidate used) {
        store.questions().use(used.cacheKey(), used.info(), clock.millis());
    }

    /**
     * Stores a question that is called.
     *
     * @param verifies cache key of the answer to compare with; null for none
     */
    public void put(
            String cacheKey, String namespace, Question question, @Nullable String verifies) {
        var info = QuestionInfo.of(namespace, question.text(), clock.millis(), verifies);
        store.questions().put(cacheKey, info, question.embedding());
        indexes.put(namespace, cacheKey, question.embedding());
        for (int i = 0; i < MAX_TURN && isFull(); i++) {
            store.questions().leastRecentlyUsed().ifPresent(this::remove);
        }
    }

    private boolean isFull() {
        return store.totals().questions() > limits.maxQuestions();
    }

    private void remove(String cacheKey) {
        store.questions().find(cacheKey).ifPresent(it -> remove(it.namespace(), cacheKey));
    }

    /** Removes a question whose answer was removed. */
    public void remove(String namespace, String cacheKey) {
        indexes.remove(namespace, cacheKey);
        store.questions().remove(namespace, cacheKey);
    }

    /** Counts a comparison of a namespace's answer with the answer of a call. */
    public VerificationState onVerified(String namespace, boolean isRight) {
        var state = verification(namespace).toVerified(isRight, limits.policy());
        store.verifications().put(namespace, state, clock.millis());
        return state;
    }

    /**
     * Removes questions that have expired or lost their answer, and old states of namespaces, a few
     * in each turn.
     *
     * @param isAnswered tests whether a cache key has an answer, or a running call
     * @return true if there were any
     */
    public boolean sweep(Predicate<String> isAnswered) {
        boolean hasRemoved = store.verifications().sweep(clock.millis());
        if (store.totals().questions() == 0) {
            return hasRemoved;
        }
        for (String cacheKey : store.questions().page()) {
            var question = store.questions().find(cacheKey);
            if (question.isEmpty()) {
                store.questions().removeUnreadable(cacheKey);
                hasRemoved = true;
            } else if (isExpired(question.get()) || !isAnswered.test(cacheKey)) {
                remove(question.get().namespace(), cacheKey);
                hasRemoved = true;
            }
        }
        return hasRemoved;
    }
}
