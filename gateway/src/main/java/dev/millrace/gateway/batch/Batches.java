package dev.millrace.gateway.batch;

import dev.millrace.gateway.batch.BatchState.Status;
import dev.millrace.gateway.file.FileId;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.Caller;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.http.PageQuery;
import dev.millrace.gateway.job.JobWaits;
import dev.millrace.gateway.results.BatchCounts;
import dev.millrace.gateway.results.LeastRateInput;
import dev.millrace.gateway.results.ResultsUnavailableException;
import dev.millrace.gateway.results.StoredResults;
import dev.millrace.gateway.serving.ControlWaits;
import dev.millrace.gateway.store.StorageException;
import dev.millrace.gateway.submission.BatchApi;
import dev.millrace.gateway.submission.BatchFacts;
import dev.millrace.gateway.submission.BatchFacts.Checked;
import dev.millrace.gateway.submission.BatchFacts.Ended;
import dev.millrace.gateway.submission.FactStore;
import dev.millrace.gateway.submission.Submission;
import dev.millrace.gateway.submission.Submitter;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** The batches of all tenants. Thread-safe; every method blocks. */
public final class Batches {
    private static final Duration CANCELLATION_GRACE = Duration.ofHours(1);

    private final FactStore facts;
    private final Submitter submitter;
    private final StoredResults results;
    private final BatchCancellations cancellations;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final JobWaits waits;
    private final LongSupplier nanoTicker;

    /**
     * @param waits supplies the reasons why jobs wait
     * @param random source of the random part of ids; thread-safe
     */
    public Batches(
            FactStore facts,
            Submitter submitter,
            StoredResults results,
            BatchCancellations cancellations,
            JobWaits waits,
            InstantSource clock,
            LongSupplier nanoTicker,
            RandomGenerator random) {
        this.nanoTicker = nanoTicker;
        this.waits = waits;
        this.facts = facts;
        this.submitter = submitter;
        this.results = results;
        this.cancellations = cancellations;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Accepts a batch.
     *
     * @param id from {@link #newId}
     * @throws ApiError if the store has no room for further batches
     * @throws IOException if the batch cannot be accepted; the batch then never runs
     */
    public BatchState create(
            Caller caller, String id, CreateRequest request, Optional<String> retryOf)
            throws IOException {
        requireRoom();
        Submission submission = draft(caller, id, request, retryOf);
        submit(submission);
        var created =
                new BatchFacts(
                        submission,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
        return new BatchState(created, Status.VALIDATING, BatchCounts.NONE);
    }

    /** Refuses new batches before the room for the facts of accepted batches runs out. */
    private void requireRoom() {
        if (!facts.hasRoom()) {
            throw ApiError.diskFull(
                    "the disk of the gateway's files is almost full: new batches are refused until"
                            + " there is room; batches that were accepted continue");
        }
    }

    public String newId(BatchApi api) {
        return FileId.mint(api.prefix(), clock.instant(), random);
    }

    /** Returns a batch that is not submitted. */
    Submission draft(Caller caller, String id, CreateRequest request, Optional<String> retryOf) {
        Instant now = clock.instant();
        return new Submission(
                id,
                caller.tenant(),
                request.input(),
                request.endpoint(),
                request.window(),
                request.metadata(),
                now,
                now.plus(request.duration()),
                request.spending(),
                retryOf,
                caller.name(),
                caller.apiKey());
    }

    /**
     * Submits a batch. Cancels a refused batch in control if the store cannot mark it as refused.
     */
    private void submit(Submission batch) throws IOException {
        try {
            submitter.submit(batch);
        } catch (StorageException e) {
            cancelUnmarked(batch, batch.createdAt(), e);
            throw e;
        }
    }

    /** Cancels a batch in control which the store could not mark as cancelled. */
    private void cancelUnmarked(Submission batch, Instant at, StorageException reason) {
        try {
            cancel(batch, at);
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    /**
     * Returns true if the sink still has the results of an ended batch, so that its failed lines
     * are known.
     */
    public boolean hasResults(BatchState state) throws IOException {
        Submission batch = state.facts().submission();
        BatchCounts stored = results.batch(batch.tenant(), batch.id()).orElse(BatchCounts.NONE);
        return stored.succeeded() >= state.counts().succeeded();
    }

    /**
     * Opens the results of a batch for its client, in input order; empty if the sink has none. The
     * caller closes the stream.
     *
     * @param after only results of later lines
     * @throws ApiError with status 429 if the client reads too many results at once
     */
    public Optional<InputStream> results(Submission batch, OptionalLong after) throws IOException {
        try {
            return results.results(batch.tenant(), batch.id(), after)
                    .map(it -> new LeastRateInput(it, nanoTicker));
        } catch (ResultsUnavailableException e) {
            Duration pause = e.retryAfter().orElseThrow(() -> e);
            throw ApiError.of(
                            ErrorKind.RATE_LIMITED,
                            "too_many_downloads",
                            "the tenant reads as many results at once as it may; repeat"
                                    + " the request when one has ended")
                    .retryAfter(pause);
        }
    }

    /**
     * Returns the id of the batch that repeats the failed lines of a batch; empty for none. Ignores
     * a repeat that failed, or that was cancelled before its lines were known.
     */
    Optional<String> retryOf(Submission batch) throws IOException {
        return facts.retryOf(batch.tenant(), batch.id(), batch.id());
    }

    /** Returns false once the largest number of retries of a batch was accepted. */
    boolean mayBeRetried(Submission batch) throws IOException {
        return facts.retryCount(batch) < FactStore.MAX_RETRIES;
    }

    /** Returns a batch of a tenant; empty if the tenant has no such batch, for any text as id. */
    public Optional<BatchState> find(String tenant, String id) throws IOException {
        Optional<BatchFacts> found = facts.find(tenant, id);
        return found.isEmpty() || facts.isDeleted(found.get().submission())
                ? Optional.empty()
                : Optional.of(state(found.get()));
    }

    /** Returns a batch of a tenant, even if its client has deleted it. */
    public Optional<BatchState> known(String tenant, String id) throws IOException {
        Optional<BatchFacts> found = facts.find(tenant, id);
        return found.isEmpty() ? Optional.empty() : Optional.of(state(found.get()));
    }

    private BatchState state(BatchFacts found) throws IOException {
        Optional<BatchState> known = BatchState.withoutSink(found);
        if (known.isPresent()) {
            boolean lacksUsage = found.ended().filter(it -> it.usage().isEmpty()).isPresent();
            return lacksUsage ? withUsage(known.get()) : known.get();
        }
        Submission batch = found.submission();
        BatchCounts counts = results.batch(batch.tenant(), batch.id()).orElse(BatchCounts.NONE);
        Instant now = clock.instant();
        BatchState state = BatchState.of(found, counts, now);
        if (state.status().isEnd()) {
            // The sink forgets results after its retention; the batch still has ended.
            writeEnded(state);
            return state;
        }
        Set<String> models = found.checked().map(Checked::models).orElse(Set.of());
        return state.withWaits(
                waits.of(
                        new ControlWaits.Scope(batch.tenant(), batch.id(), batch.apiKey(), models)),
                now);
    }

    private void writeEnded(BatchState state) throws IOException {
        BatchCounts counts = state.counts();
        facts.writeEnded(
                state.facts().submission(),
                new Ended(
                        state.status().word(),
                        state.endedAt(clock.instant()),
                        counts.succeeded(),
                        counts.failed(),
                        counts.deadLetters(),
                        counts.errors(),
                        Optional.of(counts.usage()).filter(_ -> counts.hasWholeUsage())));
    }

    /**
     * Adds the usage of an ended batch whose costs the sink did not have completely at first. The
     * usage stays unknown if the sink does not answer.
     */
    private BatchState withUsage(BatchState ended) throws IOException {
        Submission batch = ended.facts().submission();
        BatchState state;
        try {
            state =
                    ended.withUsage(
                            results.batch(batch.tenant(), batch.id())
                                    .orElse(BatchCounts.NONE)
                                    .usage());
        } catch (ResultsUnavailableException e) {
            return ended;
        }
        if (state.counts().hasWholeUsage()) {
            writeEnded(state);
        }
        return state;
    }

    /**
     * Returns the batches of a page that a tenant has created with an API, and one more if there
     * are more.
     */
    public List<BatchState> list(String tenant, BatchApi api, PageQuery page) throws IOException {
        List<String> ids = new ArrayList<>(facts.ids(tenant, api));
        if (!page.isAscending()) {
            Collections.reverse(ids);
        }
        var found = new ArrayList<BatchState>();
        String after = page.after();
        for (String id : ids) {
            if (found.size() > page.limit()) {
                break;
            }
            int order = after == null ? 1 : id.compareTo(after);
            if ((page.isAscending() || after == null) ? order > 0 : order < 0) {
                find(tenant, id).ifPresent(found::add);
            }
        }
        return found;
    }

    /**
     * Cancels a batch that has not ended. Writes the mark first: the mark stops the publication,
     * then the cancellation in control ends the published jobs.
     *
     * @throws ApiError if the tenant has cancelled too many batches; nothing is changed
     * @throws StorageException if the store cannot write the mark, as on a full disk; the published
     *     jobs still end
     */
    public BatchState cancel(BatchState state) throws IOException {
        Submission batch = state.facts().submission();
        Instant at = state.facts().cancelledAt().orElseGet(clock::instant);
        if (state.facts().cancelledAt().isEmpty()) {
            cancellations.requireRoom(batch.tenant());
            try {
                facts.writeCancelled(batch, at);
            } catch (StorageException e) {
                cancelUnmarked(batch, at, e);
                throw e;
            }
        }
        cancel(batch, at);
        return find(batch.tenant(), batch.id())
                .orElseThrow(() -> new StorageException("the batch has vanished", null));
    }

    /**
     * The cancellation applies to all lines, which have the time of their batch, also if the
     * batch's gateway has a later clock. It expires an hour after the completion window, in which
     * all jobs end. The hour allows for clock differences.
     */
    private void cancel(Submission batch, Instant at) {
        cancellations.cancel(
                batch.tenant(),
                batch.id(),
                at.isBefore(batch.createdAt()) ? batch.createdAt() : at,
                batch.expiresAt().plus(CANCELLATION_GRACE));
    }

    /** Deletes an ended batch. The sink keeps its results as long as all other results. */
    public void delete(BatchState state) throws IOException {
        facts.writeDeleted(state.facts().submission(), clock.instant());
    }
}
