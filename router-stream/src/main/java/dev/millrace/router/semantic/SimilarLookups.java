package dev.millrace.router.semantic;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.ReusedAnswer;
import dev.millrace.router.cache.CachedJob;
import dev.millrace.router.cache.LookupDecisions;
import dev.millrace.router.cache.SimilarAnswers;
import dev.millrace.router.result.ResultLine;
import dev.millrace.router.semantic.QuestionEmbedder.Question;
import dev.millrace.router.semantic.SimilarQuestions.Candidate;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides on the lookups of one task that can get the answer to a similar question. Such a job
 * waits in {@link WaitingQuestions} first, for its embedding or for a running call.
 */
final class SimilarLookups implements SimilarAnswers.Task {
    private final LookupDecisions lookups;
    private final SimilarQuestions questions;
    private final WaitingQuestions waiting;
    private final AnswerVerification verification;

    SimilarLookups(
            LookupDecisions lookups,
            SimilarLimits limits,
            QuestionEmbedder embedder,
            QuestionMetrics metrics) {
        this.lookups = lookups;
        questions = new SimilarQuestions(lookups, limits);
        waiting = new WaitingQuestions(lookups, embedder);
        verification =
                new AnswerVerification(lookups, limits.policy(), questions, embedder, metrics);
    }

    /** What a search for similar questions has found. */
    private sealed interface Similar {}

    /**
     * The answer to a similar question.
     *
     * @param cacheKey its cache key
     */
    private record SimilarHit(String cacheKey, ResultLine line, ReusedAnswer reused)
            implements Similar {}

    /**
     * A running call of a similar question.
     *
     * @param cacheKey its cache key
     */
    private record SimilarCall(String cacheKey) implements Similar {}

    @Override
    public boolean take(CachedJob job) {
        String namespace = job.headers().cacheNamespace();
        return namespace != null && questions.mayReuse(namespace) && waiting.embed(namespace, job);
    }

    @Override
    public boolean onTick() {
        boolean hasDecided =
                waiting.decideReady(
                        (job, question, mayWait) ->
                                lookups.decide(job, () -> decide(job, question, mayWait)));
        return verification.countCompared() || hasDecided;
    }

    /**
     * Decides on a job that has waited: it ends as a lookup of an identical request, gets the
     * answer to a similar question, waits for the call of one, or is called.
     *
     * @param question null if there is no embedding
     * @param mayWait true if the job can wait for a call
     * @return the cache key of a call that the job has to wait for; empty if the wait is over
     */
    private Optional<String> decide(CachedJob job, @Nullable Question question, boolean mayWait) {
        if (lookups.isDecided(job, null)) {
            return Optional.empty();
        }
        Similar found = question == null ? null : find(job, question, mayWait).orElse(null);
        if (found instanceof SimilarCall(String cacheKey)) {
            return Optional.of(cacheKey);
        }
        var hit = found instanceof SimilarHit it ? it : null;
        if (hit != null && !isVerified(job, hit)) {
            lookups.reuse(job, hit.line(), hit.reused());
        } else if (lookups.call(job, null) && question != null) {
            // The job is called, so that a failure must not end it.
            lookups.attempt(() -> onCalled(job, question, hit));
        }
        return Optional.empty();
    }

    /** Returns the answer to a similar question, or a running call that can provide one. */
    private Optional<Similar> find(CachedJob job, Question question, boolean mayWait) {
        Similar running = null;
        for (Candidate candidate : questions.find(namespace(job), question)) {
            Optional<SimilarHit> hit = hit(candidate);
            if (hit.isPresent()) {
                questions.use(candidate);
                return Optional.of(hit.get());
            }
            if (running == null && mayWait && lookups.isCalled(candidate.cacheKey())) {
                running = new SimilarCall(candidate.cacheKey());
            }
        }
        return Optional.ofNullable(running);
    }

    private Optional<SimilarHit> hit(Candidate candidate) {
        var answer =
                lookups.find(candidate.cacheKey())
                        .filter(it -> it.word().equals(Provenance.CACHE_HIT))
                        .orElse(null);
        if (answer == null || answer.line().jobId() == null) {
            return Optional.empty();
        }
        var reused = new ReusedAnswer(new JobId(answer.line().jobId()), candidate.similarity());
        return Optional.of(new SimilarHit(candidate.cacheKey(), answer.line(), reused));
    }

    /**
     * Returns true if a job is called although it has a similar answer, to compare the answers. If
     * the call is impossible, the job gets the answer.
     */
    private boolean isVerified(CachedJob job, SimilarHit hit) {
        return verification.isChosen(namespace(job), job.headers().jobId())
                && lookups.canCall(job, hit.line());
    }

    /**
     * Remembers the question of a job that is called.
     *
     * @param verified answer that the job would have got; null for none
     */
    private void onCalled(CachedJob job, Question question, @Nullable SimilarHit verified) {
        questions.put(
                job.cacheKey(),
                namespace(job),
                question,
                verified == null ? null : verified.cacheKey());
        if (verified != null) {
            verification.onCalled(namespace(job), job.cacheKey());
        }
    }

    private static String namespace(CachedJob job) {
        return Objects.requireNonNull(job.headers().cacheNamespace());
    }

    /**
     * Handles the end of a call: decides again on the jobs that waited for it, and compares its
     * answer with the similar answer that its job would have got.
     */
    @Override
    public void onAnswer(String cacheKey, @Nullable ResultLine result) {
        waiting.wake(cacheKey);
        verification.onAnswer(
                cacheKey, result != null && result.isSuccess() ? result.outcome() : null);
    }

    @Override
    public boolean sweep() {
        boolean hasWoken = waiting.wakeStranded();
        return questions.sweep() || hasWoken;
    }
}
