package dev.millrace.router.semantic;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.router.cache.LookupDecisions;
import dev.millrace.similarity.verification.AnswerVerdict;
import dev.millrace.similarity.verification.VerificationPolicy;
import dev.millrace.wire.answer.AnswerContent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.Future.State;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the answers of some calls with the answers to similar questions that their jobs would
 * have got. A crash loses the running comparisons.
 */
final class AnswerVerification {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerVerification.class);

    private final LookupDecisions lookups;
    private final VerificationPolicy policy;
    private final SimilarQuestions questions;
    private final QuestionEmbedder embedder;
    private final QuestionMetrics metrics;

    /** Cache keys of calls whose answers will be compared, by namespace. */
    private final Map<String, Set<String>> calls = new HashMap<>();

    private final List<Comparison> comparisons = new ArrayList<>();

    private record Comparison(String namespace, Future<AnswerVerdict> verdict) {}

    AnswerVerification(
            LookupDecisions lookups,
            VerificationPolicy policy,
            SimilarQuestions questions,
            QuestionEmbedder embedder,
            QuestionMetrics metrics) {
        this.lookups = lookups;
        this.policy = policy;
        this.questions = questions;
        this.embedder = embedder;
        this.metrics = metrics;
    }

    /** Returns true if a job must be called although it would get an answer. */
    boolean isChosen(String namespace, JobId job) {
        return policy.verifies(questions.verification(namespace), underWay(namespace), job.value());
    }

    /** Returns the number of answers in a namespace that are awaited or being compared. */
    private int underWay(String namespace) {
        Set<String> open = calls.get(namespace);
        if (open == null) {
            return 0;
        }
        // Drops lost calls, whose ends are never read.
        open.removeIf(it -> !lookups.isCalled(it));
        if (open.isEmpty()) {
            calls.remove(namespace);
        }
        return open.size()
                + (int) comparisons.stream().filter(it -> it.namespace().equals(namespace)).count();
    }

    /** Remembers that a job is called although it could get an answer. */
    void onCalled(String namespace, String cacheKey) {
        calls.computeIfAbsent(namespace, _ -> new HashSet<>()).add(cacheKey);
    }

    /**
     * Compares the answer of a call, if there is an answer to compare it with.
     *
     * @param answer null if the call failed
     */
    void onAnswer(String cacheKey, @Nullable Outcome answer) {
        var question = questions.takeComparison(cacheKey);
        if (question.isEmpty()) {
            return;
        }
        var reused = lookups.find(Objects.requireNonNull(question.get().verifies()));
        if (answer != null && reused.isPresent()) {
            String expected = AnswerContent.text(reused.get().line().outcome());
            embedder.compare(expected, AnswerContent.text(answer))
                    .ifPresent(
                            it -> comparisons.add(new Comparison(question.get().namespace(), it)));
        }
    }

    /** Counts the answers that were compared; returns true if there were any. */
    boolean countCompared() {
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
        metrics.onVerified(verdict);
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
