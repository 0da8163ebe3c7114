package dev.millrace.router.cache;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.ReusedAnswer;
import dev.millrace.router.cache.AnswerCache.Hit;
import dev.millrace.router.cache.similar.AnswerVerification;
import dev.millrace.router.cache.similar.Question;
import dev.millrace.router.cache.similar.QuestionEmbedder;
import dev.millrace.router.cache.similar.SimilarQuestions;
import dev.millrace.router.cache.similar.SimilarQuestions.Candidate;
import dev.millrace.router.cache.store.CacheStore;
import dev.millrace.router.cache.store.PendingStore.Pending;
import dev.millrace.router.result.ResultLine;
import dev.millrace.router.waiting.WaitingJob;
import dev.millrace.router.waiting.WaitingRoom;
import dev.millrace.router.waiting.WorkLimit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.Future.State;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The lookups that can get the answer to a similar question. Such a job first waits until another
 * thread has embedded its question. It then waits while a similar question is being called. A crash
 * loses embeddings only: the waiting jobs are in the store, and their questions are embedded again.
 */
final class SimilarLookups {
    /** Jobs that may wait for calls of similar questions; an embedding takes 1.6 kB. */
    private static final int MAX_PARKED = 10_000;

    /** Questions of waiting jobs that are embedded at once after a start. */
    private static final int MAX_RESTORED = 100;

    /** Number of calls that one turn checks. */
    private static final int MAX_TURN = 256;

    /**
     * Number of similar questions' calls that a job waits for, one after the other. Without a
     * limit, the similar questions of a batch would be called one by one while a provider fails.
     */
    private static final int MAX_WAITS = 3;

    private final CacheStore store;
    private final AnswerCache answers;
    private final WaitingRoom<CachedJob> room;
    private final QuestionEmbedder embedder;
    private final SimilarQuestions questions;
    private final AnswerVerification verification;

    /** The jobs that wait for their embedding. */
    private final Map<Pending, Embedding> pending = new LinkedHashMap<>();

    /** Jobs that wait for the call of a similar question, by that call's cache key. */
    private final Map<String, List<Embedded>> parked = new LinkedHashMap<>();

    private int parkedJobs;

    /**
     * The answer to a similar question.
     *
     * @param cacheKey its cache key
     */
    record SimilarHit(String cacheKey, ResultLine line, ReusedAnswer reused) implements Similar {}

    /**
     * A running call of a similar question.
     *
     * @param cacheKey its cache key
     */
    record SimilarCall(String cacheKey) implements Similar {}

    /**
     * The embedding of a waiting job.
     *
     * @param question the future question; null while the queue has no room for it
     * @param waits number of similar questions' calls that the job has waited for
     */
    private record Embedding(@Nullable Future<Optional<Question>> question, int waits) {
        static final Embedding MISSING = new Embedding(null, 0);
    }

    /** A waiting job with its question; {@code waits} as for {@link Embedding}. */
    private record Embedded(Pending job, Question question, int waits) {}

    /** Decides on a job whose question is embedded, or will not be embedded. */
    interface Decision {
        /**
         * Returns the cache key of a call that the job has to wait for; empty if the wait is over.
         *
         * @param mayWait false if the job has waited for enough calls
         */
        Optional<String> decide(CachedJob job, @Nullable Question question, boolean mayWait);
    }

    SimilarLookups(
            CacheServices services,
            CacheStore store,
            AnswerCache answers,
            WaitingRoom<CachedJob> room) {
        this.store = store;
        this.answers = answers;
        this.room = room;
        var similar = services.cache().similar();
        embedder = similar.embedder();
        questions = new SimilarQuestions(store, similar.limits(), services.clock());
        verification =
                new AnswerVerification(
                        store, similar, questions, services.cache().metrics()::onVerified);
        store.pending().all().forEach(it -> pending.put(it, Embedding.MISSING));
    }

    /** Makes a job wait for its embedding; returns false if it has to be decided at once. */
    boolean await(CachedJob job) {
        String namespace = job.headers().cacheNamespace();
        if (namespace == null || !questions.mayReuse(namespace)) {
            return false;
        }
        var embedding = embedder.embed(job.record().value());
        if (embedding.isEmpty()) {
            return false;
        }
        var waiting = new Pending(namespace, store.followers().nextSequence());
        store.followers()
                .add(
                        WaitingJob.of(namespace, waiting.sequence(), job.headers()),
                        job.record().encode());
        store.pending().add(waiting);
        pending.put(waiting, new Embedding(embedding.get(), 0));
        return true;
    }

    /**
     * Decides on waiting jobs with a finished embedding, until the turn is over.
     *
     * @return true if there were any
     */
    boolean decideEmbedded(WorkLimit turn, Decision decision) {
        boolean hasDecided = false;
        int running = 0;
        for (Pending waiting : List.copyOf(pending.keySet())) {
            Embedding embedding = Objects.requireNonNull(pending.get(waiting));
            Future<Optional<Question>> question = embedding.question();
            if (question == null) {
                // A full queue ends the attempts of this turn.
                boolean isEmbedded = running < MAX_RESTORED && embedAgain(waiting);
                running = isEmbedded ? running + 1 : MAX_RESTORED;
            } else if (!question.isDone()) {
                running++;
            } else if (!turn.isReached()) {
                pending.remove(waiting);
                decide(waiting, result(question).orElse(null), embedding.waits(), turn, decision);
                hasDecided = true;
            }
        }
        return hasDecided;
    }

    private void decide(
            Pending waiting,
            @Nullable Question question,
            int waits,
            WorkLimit turn,
            Decision decision) {
        boolean isWaiting =
                visit(
                        waiting,
                        job -> {
                            turn.onVisit(job.record().value().length);
                            boolean mayWait = waits < MAX_WAITS && parkedJobs < MAX_PARKED;
                            Optional<String> call = decision.decide(job, question, mayWait);
                            if (call.isPresent()) {
                                park(call.get(), waiting, Objects.requireNonNull(question), waits);
                            } else {
                                forget(waiting);
                                store.followers()
                                        .remove(
                                                WaitingJob.of(
                                                        waiting.namespace(),
                                                        waiting.sequence(),
                                                        job.headers()));
                            }
                        });
        if (!isWaiting) {
            forget(waiting);
        }
    }

    private void park(String call, Pending waiting, Question question, int waits) {
        parked.computeIfAbsent(call, _ -> new ArrayList<>())
                .add(new Embedded(waiting, question, waits + 1));
        parkedJobs++;
    }

    private void forget(Pending waiting) {
        store.pending().remove(waiting);
    }

    /** Makes the jobs that wait for a call ready for another decision. */
    private void wake(String call) {
        List<Embedded> jobs = parked.remove(call);
        if (jobs != null) {
            parkedJobs -= jobs.size();
            jobs.forEach(
                    it ->
                            pending.put(
                                    it.job(),
                                    new Embedding(
                                            CompletableFuture.completedFuture(
                                                    Optional.of(it.question())),
                                            it.waits())));
        }
    }

    /** Wakes jobs whose awaited call is no longer running, however it ended. */
    private boolean wakeStranded() {
        int before = parkedJobs;
        for (String call : parked.keySet().stream().limit(MAX_TURN).toList()) {
            if (store.sharedCalls().find(call).isEmpty()) {
                wake(call);
            } else {
                // Moved to the end, so that each call has its turn.
                parked.put(call, Objects.requireNonNull(parked.remove(call)));
            }
        }
        return parkedJobs < before;
    }

    /**
     * Embeds the question of a job that waited before the start, and returns false if it has to
     * wait for room in the queue.
     */
    private boolean embedAgain(Pending waiting) {
        boolean isWaiting =
                visit(
                        waiting,
                        job ->
                                embedder.embed(job.record().value())
                                        .ifPresent(
                                                it -> pending.put(waiting, new Embedding(it, 0))));
        if (!isWaiting) {
            pending.remove(waiting);
            forget(waiting);
            return true;
        }
        return Objects.requireNonNull(pending.get(waiting)).question() != null;
    }

    /** Reads a waiting job; returns false if it no longer waits, since it was cancelled or late. */
    private boolean visit(Pending waiting, Consumer<CachedJob> reader) {
        boolean isGone =
                store.followers()
                        .visit(
                                waiting.namespace(),
                                waiting.sequence(),
                                waiting.sequence() + 1,
                                (sequence, stored) -> {
                                    CachedJob job =
                                            room.read(waiting.namespace(), sequence, stored);
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

    /** The result of looking for similar questions for a job. */
    sealed interface Similar {}

    /**
     * Returns the answer to a similar question, or a running call that can provide one.
     *
     * @param mayWait true if the job can wait for a call
     */
    Optional<Similar> find(CachedJob job, Question question, boolean mayWait) {
        Similar running = null;
        for (Candidate candidate : questions.find(namespace(job), question)) {
            Optional<SimilarHit> hit = hit(candidate);
            if (hit.isPresent()) {
                questions.use(candidate);
                return Optional.of(hit.get());
            }
            if (running == null
                    && mayWait
                    && store.sharedCalls().find(candidate.cacheKey()).isPresent()) {
                running = new SimilarCall(candidate.cacheKey());
            }
        }
        return Optional.ofNullable(running);
    }

    private Optional<SimilarHit> hit(Candidate candidate) {
        return answers.find(candidate.cacheKey())
                .filter(it -> it.word().equals(Provenance.CACHE_HIT))
                .map(Hit::line)
                .flatMap(
                        line ->
                                Optional.ofNullable(line.jobId())
                                        .map(JobId::new)
                                        .map(
                                                id ->
                                                        new SimilarHit(
                                                                candidate.cacheKey(),
                                                                line,
                                                                new ReusedAnswer(
                                                                        id,
                                                                        candidate.similarity()))));
    }

    /** Returns true if a job is called although it has a similar answer, to compare the answers. */
    boolean isVerified(CachedJob job) {
        return verification.isChosen(namespace(job), job.headers().jobId());
    }

    /**
     * Remembers the question of a job that is called.
     *
     * @param verified answer that the job would have got; null for none
     */
    void onCalled(CachedJob job, Question question, @Nullable SimilarHit verified) {
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
     *
     * @param result null if the job has none
     */
    void onAnswer(String cacheKey, @Nullable ResultLine result) {
        wake(cacheKey);
        verification.onAnswer(
                cacheKey,
                result != null && result.isSuccess() ? result.outcome() : null,
                reused -> answers.find(reused).map(it -> it.line().outcome()));
    }

    /** Counts the answers that were compared; returns true if there were any. */
    boolean countCompared() {
        return verification.countCompared();
    }

    /**
     * Removes questions without an answer, and wakes jobs whose awaited call is no longer running,
     * a few in each turn.
     *
     * @return true if there were any
     */
    boolean sweep() {
        boolean hasWoken = wakeStranded();
        boolean hasRemoved =
                questions.sweep(
                        cacheKey ->
                                store.answers().find(cacheKey).isPresent()
                                        || store.sharedCalls().find(cacheKey).isPresent());
        return hasWoken || hasRemoved;
    }
}
