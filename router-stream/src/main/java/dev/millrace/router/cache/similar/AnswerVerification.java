package dev.millrace.router.cache.similar;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.router.cache.store.CacheStore;
import dev.millrace.router.cache.store.QuestionInfo;
import dev.millrace.similarity.verification.AnswerVerdict;
import dev.millrace.similarity.verification.VerificationPolicy;
import dev.millrace.wire.answer.AnswerContent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.Future.State;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the answers of some calls with the answers to similar questions that their jobs would
 * have got. A crash loses the running comparisons.
 */
public final class AnswerVerification {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerVerification.class);

    private final CacheStore store;
    private final QuestionEmbedder embedder;
    private final VerificationPolicy policy;
    private final SimilarQuestions questions;
    private final Consumer<AnswerVerdict> counter;

    /** Cache keys of calls whose answers will be compared, by namespace. */
    private final Map<String, Set<String>> calls = new HashMap<>();

    private final List<Comparison> comparisons = new ArrayList<>();

    private record Comparison(String namespace, Future<AnswerVerdict> verdict) {}

    /**
     * @param counter counts each verdict
     */
    public AnswerVerification(
            CacheStore store,
            SimilarContext similar,
            SimilarQuestions questions,
            Consumer<AnswerVerdict> counter) {
        this.store = store;
        this.questions = questions;
        this.counter = counter;
        embedder = similar.embedder();
        policy = similar.limits().policy();
    }

    /** Returns true if a job must be called although it would get an answer. */
    public boolean isChosen(String namespace, JobId job) {
        return policy.verifies(questions.verification(namespace), underWay(namespace), job.value());
    }

    /** Returns the number of answers in a namespace that are awaited or being compared. */
    private int underWay(String namespace) {
        Set<String> open = calls.get(namespace);
        if (open == null) {
            return 0;
        }
        // Drops lost calls, whose ends are never read.
        open.removeIf(it -> store.sharedCalls().find(it).isEmpty());
        if (open.isEmpty()) {
            calls.remove(namespace);
        }
        return open.size()
                + (int) comparisons.stream().filter(it -> it.namespace().equals(namespace)).count();
    }

    /** Remembers that a job is called although it could get an answer. */
    public void onCalled(String namespace, String cacheKey) {
        calls.computeIfAbsent(namespace, _ -> new HashSet<>()).add(cacheKey);
    }

    /**
     * Compares the answer of a call, if there is an answer to compare it with.
     *
     * @param answer null if the call failed
     * @param reused finds the answer of a cache key
     */
    public void onAnswer(
            String cacheKey, @Nullable Outcome answer, Function<String, Optional<Outcome>> reused) {
        if (store.totals().questions() == 0) {
            return;
        }
        QuestionInfo question = store.questions().find(cacheKey).orElse(null);
        if (question == null || question.verifies() == null) {
            return;
        }
        store.questions().setVerified(cacheKey, question);
        Optional<Outcome> expected = reused.apply(question.verifies());
        if (answer != null && expected.isPresent()) {
            embedder.compare(AnswerContent.text(expected.get()), AnswerContent.text(answer))
                    .ifPresent(it -> comparisons.add(new Comparison(question.namespace(), it)));
        }
    }

    /** Counts the answers that were compared; returns true if there were any. */
    public boolean countCompared() {
        boolean hasWorked = false;
        for (Iterator<Comparison> all = comparisons.iterator(); all.hasNext(); ) {
            Comparison comparison = all.next();
            if (comparison.verdict().isDone()) {
                all.remove();
                count(comparison);
                hasWorked = true;
            }
        }
        return hasWorked;
    }

    private void count(Comparison comparison) {
        AnswerVerdict verdict =
                comparison.verdict().state() == State.SUCCESS
                        ? comparison.verdict().resultNow()
                        : AnswerVerdict.UNDECIDED;
        counter.accept(verdict);
        if (verdict == AnswerVerdict.UNDECIDED) {
            return;
        }
        String namespace = comparison.namespace();
        var before = questions.verification(namespace);
        var after = questions.onVerified(namespace, verdict == AnswerVerdict.SAME);
        if (!after.threshold(policy).equals(before.threshold(policy))) {
            logStricter(namespace, after.threshold(policy));
        }
    }

    private static void logStricter(String namespace, OptionalDouble threshold) {
        LOG.atWarn()
                .addKeyValue("namespace", namespace)
                .addKeyValue(
                        "threshold",
                        threshold.isPresent() ? threshold.getAsDouble() : "switched off")
                .log(
                        "Answers to similar questions were wrong too often; the namespace is"
                                + " stricter now");
    }
}
