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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.Future.State;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lookups that may get the answer to a similar question. Such a job waits until its question is
 * embedded, beside the stream thread, and then while a similar question is being called. A crash
 * loses embeddings only: the waiting jobs are in the store, and their questions are embedded again.
 */
final class SimilarLookups {
    private static final Logger LOG = LoggerFactory.getLogger(SimilarLookups.class);

    /** Jobs that may wait for calls of similar questions; an embedding takes 1.6 kB. */
    private static final int MAX_PARKED = 10_000;

    /** Questions of waiting jobs that are embedded at once after a start. */
    private static final int MAX_RESTORED = 100;

    /** Calls that one turn looks at. */
    private static final int MAX_TURN = 256;

    private final CacheServices services;
    private final CacheStore store;
    private final AnswerCache answers;
    private final FollowerEnds followers;
    private final QuestionEmbedder embedder;
    private final SimilarQuestions questions;

    /** What the waiting jobs wait for; null for jobs that wait for room in the queue, too. */
    private final Map<Pending, @Nullable Future<Optional<Question>>> pending =
            new LinkedHashMap<>();

    /** Jobs that wait for the call of a similar question, by the cache key of that call. */
    private final Map<String, List<Embedded>> parked = new LinkedHashMap<>();

    private int parkedJobs;

    private final List<Comparison> comparisons = new ArrayList<>();

    /**
     * The answer to a similar question.
     *
     * @param cacheKey its cache key
     */
    record SimilarHit(String cacheKey, ResultLine line, ReusedAnswer reused) implements Similar {}

    /**
     * A call of a similar question that is under way.
     *
     * @param cacheKey its cache key
     */
    record SimilarCall(String cacheKey) implements Similar {}

    /** A waiting job with the question that it asks. */
    private record Embedded(Pending job, Question question) {}

    private record Comparison(String group, Future<AnswerVerdict> verdict) {}

    /** Decides on a job whose question is embedded, or is not going to be. */
    interface Decision {
        /** Returns the cache key of a call that the job is to wait for; empty if it has ended. */
        Optional<String> decide(CachedJob job, @Nullable Question question);
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
        int running = 0;
        for (Pending waiting : List.copyOf(pending.keySet())) {
            var embedding = pending.get(waiting);
            if (embedding == null) {
                // Without room in the queue, no further one is tried in this turn.
                boolean isEmbedded = running < MAX_RESTORED && embedAgain(waiting);
                running = isEmbedded ? running + 1 : MAX_RESTORED;
            } else if (!embedding.isDone()) {
                running++;
            } else if (decided < most) {
                pending.remove(waiting);
                decide(waiting, result(embedding).orElse(null), decision);
                decided++;
            }
        }
        return decided > 0;
    }

    private void decide(Pending waiting, @Nullable Question question, Decision decision) {
        boolean isWaiting =
                visit(
                        waiting,
                        job -> {
                            Optional<String> call = decision.decide(job, question);
                            if (call.isPresent()) {
                                park(call.get(), waiting, Objects.requireNonNull(question));
                            } else {
                                forget(waiting);
                                store.followers()
                                        .remove(job.toWaiting(waiting.group(), waiting.sequence()));
                            }
                        });
        if (!isWaiting) {
            forget(waiting);
        }
    }

    private void park(String call, Pending waiting, Question question) {
        parked.computeIfAbsent(call, _ -> new ArrayList<>()).add(new Embedded(waiting, question));
        parkedJobs++;
    }

    private void forget(Pending waiting) {
        store.pending().remove(waiting);
    }

    /** Lets the jobs that wait for a call be decided on again. */
    private void wake(String call) {
        List<Embedded> jobs = parked.remove(call);
        if (jobs != null) {
            parkedJobs -= jobs.size();
            jobs.forEach(
                    it ->
                            pending.put(
                                    it.job(),
                                    CompletableFuture.completedFuture(Optional.of(it.question()))));
        }
    }

    /** Wakes jobs whose call is not under way any more, whatever its end was. */
    private boolean wakeStranded() {
        int before = parkedJobs;
        for (String call : parked.keySet().stream().limit(MAX_TURN).toList()) {
            if (store.sharedCalls().find(call).isEmpty()) {
                wake(call);
            } else {
                // Behind the others, so that each one has its turn.
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
                                        .ifPresent(it -> pending.put(waiting, it)));
        if (!isWaiting) {
            pending.remove(waiting);
            forget(waiting);
            return true;
        }
        return pending.get(waiting) != null;
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

    /** What a job may get from similar questions. */
    sealed interface Similar {}

    /** Returns the answer to a similar question, or a call that may give one. */
    Optional<Similar> find(CachedJob job, Question question) {
        Similar running = null;
        for (Candidate candidate : questions.find(group(job), question)) {
            Optional<SimilarHit> hit = hit(candidate);
            if (hit.isPresent()) {
                questions.use(candidate);
                return Optional.of(hit.get());
            }
            if (running == null
                    && parkedJobs < MAX_PARKED
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
     * Handles the end of a call: decides anew on the jobs that waited for it, and compares its
     * answer with the one that its job would have got.
     *
     * @param result null if the job has none
     */
    void onAnswer(String cacheKey, @Nullable ResultLine result) {
        wake(cacheKey);
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

    /**
     * Removes questions without an answer, and wakes jobs whose call is gone, a few in each turn.
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
