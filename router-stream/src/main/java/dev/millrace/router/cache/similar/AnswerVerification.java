package dev.millrace.router.cache.similar;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.router.cache.result.AnswerText;
import dev.millrace.router.cache.store.CacheStore;
import dev.millrace.router.cache.store.QuestionInfo;
import dev.millrace.similarity.verification.AnswerVerdict;
import dev.millrace.similarity.verification.VerificationPolicy;
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

    /** Cache keys of calls whose answers will be compared, by group. */
    private final Map<String, Set<String>> calls = new HashMap<>();

    private final List<Comparison> comparisons = new ArrayList<>();

    private record Comparison(String group, Future<AnswerVerdict> verdict) {}

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
    public boolean isChosen(String group, JobId job) {
        return policy.verifies(questions.verification(group), underWay(group), job.value());
    }

    /** Returns the number of answers in a group that are awaited or being compared. */
    private int underWay(String group) {
        Set<String> open = calls.get(group);
        if (open == null) {
            return 0;
        }
        // Drops lost calls, whose ends are never read.
        open.removeIf(it -> store.sharedCalls().find(it).isEmpty());
        if (open.isEmpty()) {
            calls.remove(group);
        }
        return open.size()
                + (int) comparisons.stream().filter(it -> it.group().equals(group)).count();
    }

    /** Remembers that a job is called although it could get an answer. */
    public void onCalled(String group, String cacheKey) {
        calls.computeIfAbsent(group, _ -> new HashSet<>()).add(cacheKey);
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
            embedder.compare(AnswerText.of(expected.get()), AnswerText.of(answer))
                    .ifPresent(it -> comparisons.add(new Comparison(question.group(), it)));
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
        String group = comparison.group();
        var before = questions.verification(group);
        var after = questions.onVerified(group, verdict == AnswerVerdict.SAME);
        if (!after.threshold(policy).equals(before.threshold(policy))) {
            logStricter(group, after.threshold(policy));
        }
    }

    private static void logStricter(String group, OptionalDouble threshold) {
        LOG.atWarn()
                .addKeyValue("group", group)
                .addKeyValue(
                        "threshold",
                        threshold.isPresent() ? threshold.getAsDouble() : "switched off")
                .log(
                        "Answers to similar questions were wrong too often; the group is stricter now");
    }
}
