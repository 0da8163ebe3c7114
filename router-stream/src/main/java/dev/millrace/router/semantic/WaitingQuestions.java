package dev.millrace.router.semantic;

import dev.millrace.router.cache.CachedJob;
import dev.millrace.router.cache.LookupDecisions;
import dev.millrace.router.semantic.PendingStore.Pending;
import dev.millrace.router.semantic.QuestionEmbedder.Question;
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
 * The jobs of one task that wait until another thread has embedded their question, and then while a
 * similar question is being called. A crash loses embeddings only: the waiting jobs are in the
 * store, and their questions are embedded again.
 */
final class WaitingQuestions {
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

    private final LookupDecisions lookups;
    private final QuestionEmbedder embedder;
    private final PendingStore stored;

    /** The jobs that wait for their embedding. */
    private final Map<Pending, Embedding> pending = new LinkedHashMap<>();

    /** Jobs that wait for the call of a similar question, by that call's cache key. */
    private final Map<String, List<Embedded>> parked = new LinkedHashMap<>();

    private int parkedJobs;

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

    WaitingQuestions(LookupDecisions lookups, QuestionEmbedder embedder) {
        this.lookups = lookups;
        this.embedder = embedder;
        stored = new PendingStore(lookups.store().entries());
        stored.all().forEach(it -> pending.put(it, Embedding.MISSING));
    }

    /** Makes a job wait for its embedding; returns false if the queue has no room. */
    boolean embed(String namespace, CachedJob job) {
        var embedding = embedder.embed(job.record().value());
        if (embedding.isEmpty()) {
            return false;
        }
        var waiting = new Pending(namespace, lookups.addWaiting(namespace, job));
        stored.add(waiting);
        pending.put(waiting, new Embedding(embedding.get(), 0));
        return true;
    }

    /**
     * Decides on waiting jobs with a finished embedding, until the turn is over.
     *
     * @return true if there were any
     */
    boolean decideReady(Decision decision) {
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
            } else if (!lookups.turn().isReached()) {
                pending.remove(waiting);
                decide(waiting, result(question).orElse(null), embedding.waits(), decision);
                hasDecided = true;
            }
        }
        return hasDecided;
    }

    private void decide(
            Pending waiting, @Nullable Question question, int waits, Decision decision) {
        boolean isWaiting =
                visit(
                        waiting,
                        job -> {
                            lookups.turn().onVisit(job.record().value().length);
                            boolean mayWait = waits < MAX_WAITS && parkedJobs < MAX_PARKED;
                            Optional<String> call = decision.decide(job, question, mayWait);
                            if (call.isPresent()) {
                                park(call.get(), waiting, Objects.requireNonNull(question), waits);
                            } else {
                                stored.remove(waiting);
                                lookups.removeWaiting(waiting.namespace(), waiting.sequence(), job);
                            }
                        });
        if (!isWaiting) {
            stored.remove(waiting);
        }
    }

    private void park(String call, Pending waiting, Question question, int waits) {
        parked.computeIfAbsent(call, _ -> new ArrayList<>())
                .add(new Embedded(waiting, question, waits + 1));
        parkedJobs++;
    }

    /** Makes the jobs that wait for a call ready for another decision. */
    void wake(String call) {
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

    /**
     * Wakes jobs whose awaited call is no longer running, however it ended, a few calls in each
     * turn. Returns true if there were any.
     */
    boolean wakeStranded() {
        int before = parkedJobs;
        for (String call : parked.keySet().stream().limit(MAX_TURN).toList()) {
            if (lookups.isCalled(call)) {
                // Moved to the end, so that each call has its turn.
                parked.put(call, Objects.requireNonNull(parked.remove(call)));
            } else {
                wake(call);
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
            stored.remove(waiting);
            return true;
        }
        return Objects.requireNonNull(pending.get(waiting)).question() != null;
    }

    private boolean visit(Pending waiting, Consumer<CachedJob> reader) {
        return lookups.visitWaiting(waiting.namespace(), waiting.sequence(), reader);
    }

    private static Optional<Question> result(Future<Optional<Question>> embedding) {
        return embedding.state() == State.SUCCESS ? embedding.resultNow() : Optional.empty();
    }
}
