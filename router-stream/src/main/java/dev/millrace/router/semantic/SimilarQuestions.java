package dev.millrace.router.semantic;

import dev.millrace.configuration.RouterConfig.SemanticCache.Guard;
import dev.millrace.router.cache.LookupDecisions;
import dev.millrace.router.cache.store.CacheStore;
import dev.millrace.router.semantic.QuestionEmbedder.Question;
import dev.millrace.similarity.paraphrase.EqualMeaning;
import dev.millrace.similarity.paraphrase.Wording;
import dev.millrace.similarity.verification.VerificationState;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The questions of a task that were called, and how often their answers were right for similar
 * questions. It holds no answers: the cache has them by the cache keys of the questions.
 */
final class SimilarQuestions {
    /**
     * Number of questions that a search returns: the guard can reject the most similar one, for
     * example because it names another year.
     */
    private static final int MAX_CANDIDATES = 10;

    private static final int MAX_TURN = 256;

    private final LookupDecisions lookups;
    private final SimilarLimits limits;
    private final InstantSource clock;
    private final QuestionStore stored;
    private final VerificationStore verifications;
    private final NamespaceIndexes indexes;

    SimilarQuestions(LookupDecisions lookups, SimilarLimits limits) {
        this.lookups = lookups;
        this.limits = limits;
        clock = lookups.clock();
        CacheStore store = lookups.store();
        stored = new QuestionStore(store.entries(), store.totals());
        verifications = new VerificationStore(store.entries());
        indexes = new NamespaceIndexes(stored);
    }

    /**
     * A question of equal meaning.
     *
     * @param cacheKey the key of its answer
     * @param similarity cosine of both embeddings
     */
    record Candidate(String cacheKey, QuestionInfo info, float similarity) {}

    /** Returns the state of a namespace's verification. */
    VerificationState verification(String namespace) {
        return verifications.find(namespace).orElseGet(() -> limits.policy().start());
    }

    /** Returns false if too many answers of a namespace were wrong to give any. */
    boolean mayReuse(String namespace) {
        return verification(namespace).threshold(limits.policy()).isPresent();
    }

    /** Returns the questions of equal meaning, most similar first. */
    List<Candidate> find(String namespace, Question question) {
        OptionalDouble threshold = verification(namespace).threshold(limits.policy());
        if (threshold.isEmpty() || count() == 0) {
            return List.of();
        }
        var rule = new EqualMeaning((float) threshold.getAsDouble(), limits.guard() != Guard.NONE);
        Wording wording = Wording.of(question.text());
        return indexes
                .nearest(namespace, question.embedding(), rule.threshold(), MAX_CANDIDATES)
                .stream()
                .flatMap(match -> candidate(namespace, match).stream())
                .filter(it -> rule.of(it.similarity(), wording, Wording.of(it.info().text())))
                .toList();
    }

    private Optional<Candidate> candidate(String namespace, NamespaceIndexes.Match match) {
        var found = stored.find(match.cacheKey()).filter(it -> !isExpired(it));
        if (found.isEmpty()) {
            remove(namespace, match.cacheKey());
        }
        return found.map(it -> new Candidate(match.cacheKey(), it, match.similarity()));
    }

    private boolean isExpired(QuestionInfo question) {
        return clock.millis() - question.createdMillis() >= limits.ttl().toMillis();
    }

    /** Remembers that the answer to a question is used. */
    void use(Candidate used) {
        stored.use(used.cacheKey(), used.info(), clock.millis());
    }

    /**
     * Stores a question that is called.
     *
     * @param verifies cache key of the answer to compare with; null for none
     */
    void put(String cacheKey, String namespace, Question question, @Nullable String verifies) {
        var info = QuestionInfo.of(namespace, question.text(), clock.millis(), verifies);
        stored.put(cacheKey, info, question.embedding());
        indexes.put(namespace, cacheKey, question.embedding());
        for (int i = 0; i < MAX_TURN && isFull(); i++) {
            stored.leastRecentlyUsed().ifPresent(this::remove);
        }
    }

    private boolean isFull() {
        return count() > limits.maxQuestions();
    }

    private void remove(String cacheKey) {
        stored.find(cacheKey).ifPresent(it -> remove(it.namespace(), cacheKey));
    }

    /** Removes a question whose answer was removed. */
    void remove(String namespace, String cacheKey) {
        indexes.remove(namespace, cacheKey);
        stored.remove(namespace, cacheKey);
    }

    /** Counts a comparison of a namespace's answer with the answer of a call. */
    VerificationState onVerified(String namespace, boolean isRight) {
        var state = verification(namespace).toVerified(isRight, limits.policy());
        verifications.put(namespace, state, clock.millis());
        return state;
    }

    /**
     * Returns the question of an ended call whose answer is to be compared with the answer that it
     * {@linkplain QuestionInfo#verifies verifies}; only once.
     */
    Optional<QuestionInfo> takeComparison(String cacheKey) {
        if (count() == 0) {
            return Optional.empty();
        }
        var found = stored.find(cacheKey).filter(it -> it.verifies() != null);
        found.ifPresent(it -> stored.setVerified(cacheKey, it));
        return found;
    }

    /**
     * Removes questions that have expired or lost their answer, and old states of namespaces, a few
     * in each turn.
     *
     * @return true if there were any
     */
    boolean sweep() {
        boolean hasRemoved = verifications.sweep(clock.millis());
        if (count() == 0) {
            return hasRemoved;
        }
        for (String cacheKey : stored.page()) {
            var question = stored.find(cacheKey);
            if (question.isEmpty()) {
                stored.removeUnreadable(cacheKey);
                hasRemoved = true;
            } else if (isExpired(question.get()) || !isAnswered(cacheKey)) {
                remove(question.get().namespace(), cacheKey);
                hasRemoved = true;
            }
        }
        return hasRemoved;
    }

    private boolean isAnswered(String cacheKey) {
        return lookups.store().answers().find(cacheKey).isPresent() || lookups.isCalled(cacheKey);
    }

    private long count() {
        return lookups.store().totals().questions();
    }
}
