package dev.millrace.router.cache;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.ReusedAnswer;
import dev.millrace.router.cache.AnswerCache.Hit;
import dev.millrace.router.cache.result.ResultLine;
import dev.millrace.router.cache.similar.AnswerText;
import dev.millrace.router.cache.similar.Question;
import dev.millrace.router.cache.similar.QuestionEmbedder;
import dev.millrace.router.cache.similar.SimilarQuestions;
import dev.millrace.router.cache.similar.SimilarQuestions.Candidate;
import dev.millrace.router.cache.store.CacheStore;
import dev.millrace.router.cache.store.PendingStore.Pending;
import dev.millrace.router.cache.store.QuestionInfo;
import dev.millrace.semantic.verification.AnswerVerdict;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Future;
import java.util.concurrent.Future.State;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lookups that may get the answer to a similar question. Such a job waits until its question is
 * embedded, beside the stream thread. A crash loses embeddings only: the waiting jobs are in the
 * store, and their questions are embedded again.
 */
final class SimilarLookups {
    private static final Logger LOG = LoggerFactory.getLogger(SimilarLookups.class);

    private final CacheServices services;
    private final CacheStore store;
    private final AnswerCache answers;
    private final FollowerEnds followers;
    private final QuestionEmbedder embedder;
    private final SimilarQuestions questions;

    /** What the waiting jobs wait for; null for jobs that wait for room in the queue, too. */
    private final Map<Pending, @Nullable Future<Optional<Question>>> pending =
            new LinkedHashMap<>();

    private final List<Comparison> comparisons = new ArrayList<>();

    /**
     * The answer to a similar question.
     *
     * @param cacheKey its cache key
     */
    record SimilarHit(String cacheKey, ResultLine line, ReusedAnswer reused) {}

    private record Comparison(String group, Future<AnswerVerdict> verdict) {}

    /** Decides on a job whose question is embedded, or is not going to be. */
    interface Decision {
        void decide(CachedJob job, @Nullable Question question);
    }

    SimilarLookups(
            CacheServices services, CacheStore store, AnswerCache answers, FollowerEnds followers) {
        this.services = services;
        this.store = store;
        this.answers = answers;
        this.followers = followers;
        var similar = services.cache().similar();
        embedder = similar.embedder();
        questions = new SimilarQuestions(store, similar.limits(), services.clock());
        store.pending().all().forEach(it -> pending.put(it, null));
    }

    /** Lets a job wait for its embedding; returns false if it has to be decided at once. */
    boolean await(CachedJob job) {
        String group = job.headers().cacheGroup();
        if (group == null || !questions.mayReuse(group)) {
            return false;
        }
        var embedding = embedder.embed(job.record().value());
        if (embedding.isEmpty()) {
            return false;
        }
        var waiting = new Pending(group, store.followers().nextSequence());
        store.followers().add(job.toWaiting(group, waiting.sequence()), job.record().encode());
        store.pending().add(waiting);
        pending.put(waiting, embedding.get());
        return true;
    }

    /** Decides on the waiting jobs whose embedding is there; returns true if there were any. */
    boolean decideEmbedded(int most, Decision decision) {
        int decided = 0;
        for (Pending waiting : List.copyOf(pending.keySet())) {
            var embedding = pending.get(waiting);
            if (embedding == null) {
                embedAgain(waiting);
            } else if (embedding.isDone() && decided < most) {
                pending.remove(waiting);
                store.pending().remove(waiting);
                var _ =
                        visit(
                                waiting,
                                job -> {
                                    store.followers()
                                            .remove(
                                                    job.toWaiting(
                                                            waiting.group(), waiting.sequence()));
                                    decision.decide(job, result(embedding).orElse(null));
                                });
                decided++;
            }
        }
        return decided > 0;
    }

    /** Embeds the question of a job that waited before the start. */
    private void embedAgain(Pending waiting) {
        boolean isWaiting =
                visit(
                        waiting,
                        job ->
                                embedder.embed(job.record().value())
                                        .ifPresent(it -> pending.put(waiting, it)));
        if (!isWaiting) {
            pending.remove(waiting);
            store.pending().remove(waiting);
        }
    }

    /** Reads a waiting job; returns false if it no longer waits, since it was cancelled or late. */
    private boolean visit(Pending waiting, Consumer<CachedJob> reader) {
        boolean isGone =
                store.followers()
                        .visit(
                                waiting.group(),
                                waiting.sequence(),
                                waiting.sequence() + 1,
                                (sequence, stored) -> {
                                    CachedJob job =
                                            followers.read(waiting.group(), sequence, stored);
                                    if (job != null) {
                                        reader.accept(job);
                                    }
                                    return job == null;
                                });
        return !isGone;
    }

    private static Optional<Question> result(Future<Optional<Question>> embedding) {
        return embedding.state() == State.SUCCESS ? embedding.resultNow() : Optional.empty();
    }

    /** Returns the answer to a similar question. */
    Optional<SimilarHit> find(CachedJob job, Question question) {
        for (Candidate candidate : questions.find(group(job), question)) {
            Optional<Hit> hit =
                    answers.find(candidate.cacheKey())
                            .filter(it -> it.word().equals(Provenance.CACHE_HIT))
                            .filter(it -> it.line().jobId() != null);
            if (hit.isPresent()) {
                ResultLine line = hit.get().line();
                var id = new JobId(Objects.requireNonNull(line.jobId()));
                questions.use(candidate);
                return Optional.of(
                        new SimilarHit(
                                candidate.cacheKey(),
                                line,
                                new ReusedAnswer(id, candidate.similarity())));
            }
        }
        return Optional.empty();
    }

    /** Returns true if a job with such an answer is called nevertheless, to compare the answers. */
    boolean isVerified(CachedJob job) {
        return questions.isVerified(group(job), job.headers().jobId().value());
    }

    /**
     * Remembers the question of a job that is called.
     *
     * @param verified answer that the job would have got; null for none
     */
    void onCalled(CachedJob job, Question question, @Nullable SimilarHit verified) {
        questions.put(
                job.cacheKey(),
                group(job),
                question,
                verified == null ? null : verified.cacheKey());
    }

    private static String group(CachedJob job) {
        return Objects.requireNonNull(job.headers().cacheGroup());
    }

    /**
     * Compares the answer of a call with the one that the job would have got.
     *
     * @param result null if the job has none
     */
    void onAnswer(String cacheKey, @Nullable ResultLine result) {
        if (store.totals().questions() == 0) {
            return;
        }
        QuestionInfo question = store.questions().find(cacheKey).orElse(null);
        if (question == null || question.verifies() == null) {
            return;
        }
        store.questions().setVerified(cacheKey, question);
        Optional<Hit> reused = answers.find(question.verifies());
        if (result != null && result.isSuccess() && reused.isPresent()) {
            embedder.compare(
                            AnswerText.of(reused.get().line().outcome()),
                            AnswerText.of(result.outcome()))
                    .ifPresent(it -> comparisons.add(new Comparison(question.group(), it)));
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
        services.cache().metrics().onVerified(verdict);
        if (verdict == AnswerVerdict.UNDECIDED) {
            return;
        }
        String group = comparison.group();
        var before = questions.verification(group);
        var after = questions.onVerified(group, verdict == AnswerVerdict.SAME);
        var policy = services.cache().similar().limits().policy();
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

    /** Removes questions without an answer, a few in each turn; returns true if there were any. */
    boolean sweep() {
        return questions.sweep(
                cacheKey ->
                        store.answers().find(cacheKey).isPresent()
                                || store.sharedCalls().find(cacheKey).isPresent());
    }
}
