package dev.millrace.gateway.erasure;

import dev.millrace.gateway.file.UploadedFiles;
import dev.millrace.gateway.repeat.RepeatedRequests;
import dev.millrace.gateway.store.FileStore;
import dev.millrace.gateway.store.StorageException;
import dev.millrace.gateway.store.TenantFolder;
import dev.millrace.gateway.submission.BatchFacts;
import dev.millrace.gateway.submission.FactStore;
import dev.millrace.gateway.submission.Submission;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Deletes the uploads, batch facts and Idempotency-Keys of a tenant, or of one of its batches.
 * Repeating an interrupted deletion completes it.
 */
public final class ForgottenFiles {
    private final FileStore store;
    private final FactStore facts;
    private final String tenant;
    private final Optional<String> batch;

    /**
     * @param batch empty for everything of the tenant
     */
    public ForgottenFiles(FileStore store, String tenant, Optional<String> batch) {
        this.store = store;
        facts = new FactStore(store);
        this.tenant = tenant;
        this.batch = batch;
    }

    /**
     * The deletions of one run.
     *
     * @param files ids of uploaded files
     * @param batches ids of batches
     * @param unpublished batches that are still being published and need data that was to be
     *     deleted. These batches, the batches whose failed lines they repeat, and the files of both
     *     are kept.
     */
    public record Plan(Set<String> files, Set<String> batches, Set<String> unpublished) {
        public Plan {
            files = Set.copyOf(files);
            batches = Set.copyOf(batches);
            unpublished = Set.copyOf(unpublished);
        }
    }

    /** Plans the deletion: what to delete and what to keep. */
    public Plan plan() throws StorageException {
        var batches = new TreeSet<>(facts.storedIds(tenant));
        var found = new TreeMap<String, BatchFacts>();
        for (String id : batches) {
            facts.find(tenant, id).ifPresent(it -> found.put(id, it));
        }
        batch.ifPresent(it -> batches.retainAll(Set.of(it)));
        var unpublished = new TreeSet<String>();
        for (BatchFacts it : found.values()) {
            Submission submission = it.submission();
            if (it.isUnpublished()
                    && !facts.isDeleted(submission)
                    && batches.removeAll(withRetried(submission, found))) {
                unpublished.add(submission.id());
            }
        }
        return new Plan(files(found, batches), batches, unpublished);
    }

    /** Returns the ids of a batch and of the batches whose failed lines the batch repeats. */
    private static Set<String> withRetried(Submission batch, Map<String, BatchFacts> found) {
        var ids = new TreeSet<String>();
        Optional<Submission> next = Optional.of(batch);
        while (next.isPresent()) {
            ids.add(next.get().id());
            next =
                    next.flatMap(Submission::retryOf)
                            .flatMap(it -> Optional.ofNullable(found.get(it)))
                            .map(BatchFacts::submission);
        }
        return ids;
    }

    /** Returns the files that no remaining batch has as its input. */
    private Set<String> files(Map<String, BatchFacts> found, Set<String> batches)
            throws StorageException {
        Set<String> files =
                batch.isEmpty()
                        ? UploadedFiles.storedIds(store, TenantFolder.of(tenant))
                        : inputs(found, batches, true);
        files.removeAll(inputs(found, batches, false));
        return files;
    }

    private static Set<String> inputs(
            Map<String, BatchFacts> found, Set<String> batches, boolean isForgotten) {
        return found.values().stream()
                .map(BatchFacts::submission)
                .filter(it -> batches.contains(it.id()) == isForgotten)
                .map(Submission::inputFile)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Deletes the data of a plan. Deletes the facts about batches last, because they name the
     * files.
     *
     * @param now time of the deletion, stored with it
     */
    public void delete(Plan plan, Instant now) throws StorageException {
        TenantFolder folder = TenantFolder.of(tenant);
        boolean isAll = batch.isEmpty() && plan.unpublished().isEmpty();
        RepeatedRequests.delete(
                store,
                folder,
                it -> isAll || plan.files().contains(it) || plan.batches().contains(it));
        for (String file : plan.files()) {
            var _ = UploadedFiles.delete(store, folder, file);
        }
        for (String id : plan.batches()) {
            facts.erase(tenant, id, now);
        }
    }
}
