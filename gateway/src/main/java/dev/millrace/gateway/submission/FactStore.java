package dev.millrace.gateway.submission;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.json.JsonFields;
import dev.millrace.gateway.store.CleanupReader;
import dev.millrace.gateway.store.FileStore;
import dev.millrace.gateway.store.ObjectPath;
import dev.millrace.gateway.store.ObjectPath.Kind;
import dev.millrace.gateway.store.StorageException;
import dev.millrace.gateway.store.TenantFolder;
import dev.millrace.gateway.submission.BatchFacts.Checked;
import dev.millrace.gateway.submission.BatchFacts.Ended;
import dev.millrace.gateway.submission.BatchFacts.Published;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Stores the facts about batches, an object for each fact. Thread-safe. */
public final class FactStore {
    private static final String CREATED = ".created";
    private static final String CHECKED = ".checked";
    private static final String FAILED = ".failed";
    private static final String PUBLISHED = ".published";
    private static final String CANCELLED = ".cancelled";
    private static final String ENDED = ".ended";
    private static final String DELETED = ".deleted";

    /** Followed by a number from 1; each holds the id of a batch that repeats the failed lines. */
    private static final String RETRY = ".retry-";

    /** Number of retries of a batch after which the gateway accepts no more. */
    public static final int MAX_RETRIES = 100;

    /** Deleted from last to first, so that a deleted batch never becomes visible again. */
    private static final List<String> FACTS =
            List.of(DELETED, CREATED, FAILED, CHECKED, PUBLISHED, CANCELLED, ENDED);

    private final FileStore store;

    public FactStore(FileStore store) {
        this.store = store;
    }

    /** Returns true if there is room for the facts of further batches. */
    public boolean hasRoom() {
        return store.hasRoom();
    }

    private static ObjectPath path(TenantFolder tenant, String id, String fact) {
        return new ObjectPath(tenant, Kind.BATCHES, id + fact);
    }

    private void write(Submission submission, String fact, byte[] value) throws StorageException {
        store.write(path(TenantFolder.of(submission.tenant()), submission.id(), fact), value);
    }

    /**
     * Writes the batch that was accepted. First names it at the batch whose lines it repeats, so
     * that retries are found without a look at all batches.
     */
    public void writeCreated(Submission submission) throws StorageException {
        if (submission.retryOf().isPresent()) {
            writeRetry(submission, submission.retryOf().get());
        }
        write(submission, CREATED, submission.toJson());
    }

    private void writeRetry(Submission retry, String retried) throws StorageException {
        TenantFolder tenant = TenantFolder.of(retry.tenant());
        List<String> earlier = retries(tenant, retried);
        if (earlier.contains(retry.id())) {
            return;
        }
        byte[] value = retry.id().getBytes(UTF_8);
        int number = earlier.size() + 1;
        while (!store.writeNew(path(tenant, retried, RETRY + number), value)) {
            // Another gateway has accepted a retry at the same time.
            number++;
        }
    }

    /** Returns the ids of the batches that repeat the failed lines of a batch. */
    private List<String> retries(TenantFolder tenant, String batch) throws StorageException {
        var ids = new ArrayList<String>();
        while (true) {
            Optional<byte[]> next = store.read(path(tenant, batch, RETRY + (ids.size() + 1)));
            if (next.isEmpty()) {
                return ids;
            }
            ids.add(new String(next.get(), UTF_8));
        }
    }

    /** Returns the number of accepted retries of a batch. */
    public int retryCount(Submission batch) throws StorageException {
        return retries(TenantFolder.of(batch.tenant()), batch.id()).size();
    }

    public void writeChecked(Submission submission, Checked checked) throws StorageException {
        write(submission, CHECKED, checked.toJson());
    }

    /**
     * Writes why a batch failed although its lines are valid. This fact overrides the check. The
     * publication of every line overrides this fact, because a publisher that has lost the
     * partition may still write a check or a failure.
     */
    public void writeFailed(Submission submission, Checked failed) throws StorageException {
        write(submission, FAILED, failed.toJson());
    }

    /**
     * Writes the end of publishing, unless one with more lines is known: a publisher that has lost
     * the partition knows fewer.
     */
    public void writePublished(Submission submission, Published published) throws StorageException {
        TenantFolder tenant = TenantFolder.of(submission.tenant());
        Optional<Published> known = read(tenant, submission.id(), PUBLISHED, Published::read);
        if (known.filter(it -> it.lines() > published.lines()).isEmpty()) {
            write(submission, PUBLISHED, published.toJson());
        }
    }

    public void writeCancelled(Submission submission, Instant at) throws StorageException {
        write(submission, CANCELLED, time(at));
    }

    public void writeEnded(Submission submission, Ended ended) throws StorageException {
        write(submission, ENDED, ended.toJson());
    }

    /**
     * Marks an ended batch as deleted by its client. The other facts are kept until they expire,
     * because the publisher may not yet have committed the end of the batch.
     */
    public void writeDeleted(Submission submission, Instant at) throws StorageException {
        write(submission, DELETED, time(at));
    }

    /** Returns true if the client has deleted the batch. */
    public boolean isDeleted(Submission submission) throws StorageException {
        return has(submission, DELETED);
    }

    private boolean has(Submission submission, String fact) throws StorageException {
        return store.read(path(TenantFolder.of(submission.tenant()), submission.id(), fact))
                .isPresent();
    }

    /** Returns true if a batch was cancelled, or refused after it possibly reached the topic. */
    public boolean isCancelled(Submission submission) throws StorageException {
        return has(submission, CANCELLED);
    }

    /** Returns a batch of a tenant; empty if the tenant has no such batch, for any text as id. */
    public Optional<BatchFacts> find(String tenant, String id) throws StorageException {
        return BatchApi.of(id).isPresent() ? read(TenantFolder.of(tenant), id) : Optional.empty();
    }

    private Optional<BatchFacts> read(TenantFolder tenant, String id) throws StorageException {
        Optional<Submission> created = read(tenant, id, CREATED, Submission::read);
        if (created.isEmpty()) {
            return Optional.empty();
        }
        Optional<Checked> checked = read(tenant, id, CHECKED, Checked::read);
        Optional<Published> published = read(tenant, id, PUBLISHED, Published::read);
        boolean isWhole =
                checked.isPresent()
                        && published.filter(it -> it.lines() >= checked.get().lines()).isPresent();
        Optional<Checked> failed = read(tenant, id, FAILED, Checked::read);
        return Optional.of(
                new BatchFacts(
                        created.get(),
                        isWhole || failed.isEmpty() ? checked : failed,
                        published,
                        read(tenant, id, CANCELLED, FactStore::time),
                        read(tenant, id, ENDED, Ended::read)));
    }

    private static byte[] time(Instant at) {
        var json = JsonFields.object();
        json.put("at", at.toString());
        return JsonFields.bytes(json);
    }

    private static Instant time(byte[] value) {
        return JsonFields.read(value, "the cancellation of a batch").time("at");
    }

    private <T> Optional<T> read(
            TenantFolder tenant, String id, String fact, Function<byte[], T> codec)
            throws StorageException {
        return store.read(path(tenant, id, fact), codec);
    }

    /**
     * Returns the ids of the batches that a tenant has created with an API and not deleted, the
     * oldest first.
     */
    public List<String> ids(String tenant, BatchApi api) throws StorageException {
        List<String> names = store.names(TenantFolder.of(tenant), Kind.BATCHES);
        var all = new HashSet<>(names);
        return ids(names).stream()
                .filter(it -> api.isId(it) && !all.contains(it + DELETED))
                .toList();
    }

    /**
     * Returns the id of a batch, deleted or not, that repeats the failed lines of a batch; empty
     * for none. Ignores a repeat that cannot have published a line. Reads only the records of the
     * batch's retries.
     *
     * @param batch id of the batch whose lines failed
     * @param except id of a batch to ignore
     */
    public Optional<String> retryOf(String tenant, String batch, String except)
            throws StorageException {
        TenantFolder folder = TenantFolder.of(tenant);
        for (String id : retries(folder, batch)) {
            if (!id.equals(except)
                    && read(folder, id).filter(BatchFacts::mayHavePublished).isPresent()) {
                return Optional.of(id);
            }
        }
        return Optional.empty();
    }

    private List<String> ids(TenantFolder tenant) throws StorageException {
        return ids(store.names(tenant, Kind.BATCHES));
    }

    /** Returns the input files of batches whose lines are not all published yet. */
    public Set<String> neededFiles(TenantFolder tenant) throws StorageException {
        List<String> names = store.names(tenant, Kind.BATCHES);
        var published = new HashSet<>(names);
        var files = new HashSet<String>();
        for (String id : ids(names)) {
            if (!published.contains(id + PUBLISHED)) {
                read(tenant, id)
                        .filter(BatchFacts::isUnpublished)
                        .ifPresent(it -> files.add(it.submission().inputFile()));
            }
        }
        return files;
    }

    private static List<String> ids(List<String> names) {
        var ids = new ArrayList<String>();
        for (String name : names) {
            if (name.endsWith(CREATED)) {
                ids.add(name.substring(0, name.length() - CREATED.length()));
            }
        }
        return ids;
    }

    /** Deletes the facts of expired batches that were created before a time. */
    public void deleteBefore(Instant time) throws StorageException {
        try (var records = new CleanupReader(store)) {
            for (TenantFolder tenant : store.tenants()) {
                for (String id : ids(tenant)) {
                    Optional<Submission> created =
                            records.read(path(tenant, id, CREATED), Submission::read);
                    if (created.isPresent() && created.get().expiresAt().isBefore(time)) {
                        delete(tenant, id);
                    }
                }
            }
        }
    }

    private void delete(TenantFolder tenant, String id) throws StorageException {
        // From last to first, so that an interrupted deletion leaves no gap.
        for (int number = retries(tenant, id).size(); number > 0; number--) {
            var _ = store.delete(path(tenant, id, RETRY + number));
        }
        for (String fact : FACTS.reversed()) {
            var _ = store.delete(path(tenant, id, fact));
        }
    }

    /**
     * Returns the ids of a tenant's batches, including batches whose deletion was interrupted.
     * Excludes refused batches, which have only a cancellation mark; the mark must be kept.
     */
    public Set<String> storedIds(String tenant) throws StorageException {
        var ids = new TreeSet<String>();
        for (String name : store.names(TenantFolder.of(tenant), Kind.BATCHES)) {
            if (!name.endsWith(CANCELLED)) {
                ids.add(name.substring(0, name.indexOf('.')));
            }
        }
        return ids;
    }

    /**
     * Deletes the facts of a batch that publishes no more lines. Marks the batch as deleted first,
     * because an interrupted deletion must not leave a batch that seems to be publishing.
     */
    public void erase(String tenant, String id, Instant at) throws StorageException {
        TenantFolder folder = TenantFolder.of(tenant);
        store.write(path(folder, id, DELETED), time(at));
        delete(folder, id);
    }
}
