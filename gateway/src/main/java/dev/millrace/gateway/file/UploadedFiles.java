package dev.millrace.gateway.file;

import dev.millrace.gateway.store.CleanupReader;
import dev.millrace.gateway.store.DamagedRecordException;
import dev.millrace.gateway.store.FileStore;
import dev.millrace.gateway.store.ObjectPath;
import dev.millrace.gateway.store.ObjectPath.Kind;
import dev.millrace.gateway.store.StorageException;
import dev.millrace.gateway.store.TenantFolder;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of all tenants. A file is two objects: its content, and then its record, which makes it
 * visible. Thread-safe.
 */
public final class UploadedFiles {
    private static final Logger LOG = LoggerFactory.getLogger(UploadedFiles.class);
    private static final String CONTENT = ".data";
    private static final String RECORD = ".json";

    /** Longest duration of an upload; an older incomplete upload is deleted. */
    static final Duration LONGEST_UPLOAD = Duration.ofDays(1);

    private final FileStore store;
    private final FileLimits limits;
    private final InstantSource clock;
    private final RandomGenerator random;

    /**
     * @param random source of the random part of ids; thread-safe
     */
    public UploadedFiles(
            FileStore store, FileLimits limits, InstantSource clock, RandomGenerator random) {
        this.store = store;
        this.limits = limits;
        this.clock = clock;
        this.random = random;
    }

    /** Returns the maximum size of a file. */
    public long maxBytes() {
        return limits.maxBytes();
    }

    /** Returns the maximum number of lines of a file that are not blank. */
    public long maxLines() {
        return limits.maxLines();
    }

    /** Returns the maximum bytes of memory that an upload holds. */
    public int uploadBytes() {
        return store.draftBytes();
    }

    /**
     * Starts receiving a file.
     *
     * @throws RefusedUploadException if the tenant has too many or too large files, or the store
     *     has no room
     * @throws StorageException if the store fails
     */
    public Upload begin(String tenant) throws RefusedUploadException, StorageException {
        LimitedOutput.requireRoom(store);
        Instant now = clock.instant();
        String id = FileId.mint(now, random);
        TenantFolder folder = TenantFolder.of(tenant);
        requireRoom(folder);
        return new Upload(
                store,
                content(folder, id),
                record(folder, id),
                new FileRecord(id, "", "", 0, 0, now, Optional.of(now.plus(limits.retention()))),
                limits);
    }

    /** Uploads that run at once may exceed the limits by their own sizes. */
    private void requireRoom(TenantFolder tenant) throws RefusedUploadException, StorageException {
        FileStore.Usage used = store.usage(tenant, Kind.FILES);
        // A file is a content and a record.
        long files = used.objects() / 2;
        if (files >= limits.maxTenantFiles()) {
            throw RefusedUploadException.full(files, "files", "files");
        }
        if (used.bytes() >= limits.maxTenantBytes()) {
            throw RefusedUploadException.full(used.bytes(), "bytes", "bytes");
        }
    }

    private static ObjectPath content(TenantFolder tenant, String id) {
        return new ObjectPath(tenant, Kind.FILES, id + CONTENT);
    }

    private static ObjectPath record(TenantFolder tenant, String id) {
        return new ObjectPath(tenant, Kind.FILES, id + RECORD);
    }

    /** Returns a file of a tenant; empty if the tenant has no such file, for any text as id. */
    public Optional<FileRecord> find(String tenant, String id) throws StorageException {
        return FileId.isFile(id) ? read(TenantFolder.of(tenant), id) : Optional.empty();
    }

    private Optional<FileRecord> read(TenantFolder tenant, String id) throws StorageException {
        return store.read(record(tenant, id), FileRecord::read)
                .filter(it -> !it.isExpired(clock.instant()));
    }

    /** Opens the content of a file of a tenant; empty if the tenant has no such file. */
    public Optional<InputStream> open(String tenant, String id) throws StorageException {
        return find(tenant, id).isEmpty()
                ? Optional.empty()
                : store.open(content(TenantFolder.of(tenant), id));
    }

    /**
     * Opens the content of a file that a batch was accepted with, even if the file has expired
     * since; empty if the file was deleted.
     */
    public Optional<InputStream> openAccepted(String tenant, String id) throws StorageException {
        if (!FileId.isFile(id)) {
            return Optional.empty();
        }
        TenantFolder folder = TenantFolder.of(tenant);
        return store.read(record(folder, id)).isEmpty()
                ? Optional.empty()
                : store.open(content(folder, id));
    }

    /**
     * Returns files of a tenant.
     *
     * @param after id of the last file of the previous page; null for the first page
     * @param isAscending true for the oldest first
     * @param purpose null for any
     * @param max maximum number of files
     */
    List<FileRecord> list(
            String tenant,
            @Nullable String after,
            boolean isAscending,
            @Nullable String purpose,
            int max)
            throws StorageException {
        TenantFolder folder = TenantFolder.of(tenant);
        var page = new ArrayList<FileRecord>();
        for (String id : ids(folder, isAscending)) {
            if (page.size() == max) {
                break;
            }
            if (after == null || (isAscending ? id.compareTo(after) : after.compareTo(id)) > 0) {
                read(folder, id)
                        .filter(it -> purpose == null || it.purpose().equals(purpose))
                        .ifPresent(page::add);
            }
        }
        return page;
    }

    private List<String> ids(TenantFolder tenant, boolean isAscending) throws StorageException {
        var ids = new ArrayList<String>();
        for (String name : store.names(tenant, Kind.FILES)) {
            if (name.endsWith(RECORD)) {
                ids.add(name.substring(0, name.length() - RECORD.length()));
            }
        }
        if (!isAscending) {
            Collections.reverse(ids);
        }
        return ids;
    }

    /** Deletes a file of a tenant; returns false if the tenant has no such file. */
    public boolean delete(String tenant, String id) throws StorageException {
        return FileId.isFile(id) && delete(store, TenantFolder.of(tenant), id);
    }

    /** Deletes the record first, so that no visible file lacks its content. */
    public static boolean delete(FileStore store, TenantFolder tenant, String id)
            throws StorageException {
        boolean existed = store.delete(record(tenant, id));
        return store.delete(content(tenant, id)) || existed;
    }

    /**
     * Returns the ids of a tenant's files, including files whose upload or deletion was
     * interrupted.
     */
    public static Set<String> storedIds(FileStore store, TenantFolder tenant)
            throws StorageException {
        var ids = new TreeSet<String>();
        for (String name : store.names(tenant, Kind.FILES)) {
            ids.add(name.replace(CONTENT, "").replace(RECORD, ""));
        }
        return ids;
    }

    /**
     * Deletes expired files and the remains of uploads that never ended.
     *
     * @param needed expired files to keep
     */
    public void deleteExpired(NeededFiles needed) throws StorageException {
        Instant now = clock.instant();
        store.deleteDrafts(now.minus(LONGEST_UPLOAD));
        try (var records = new CleanupReader(store)) {
            for (TenantFolder tenant : store.tenants()) {
                try {
                    deleteExpired(tenant, now, needed.of(tenant), records);
                } catch (DamagedRecordException e) {
                    // It is unknown which files the tenant's batches still need.
                    records.skip(e);
                }
            }
        }
    }

    private void deleteExpired(
            TenantFolder tenant, Instant now, Set<String> kept, CleanupReader records)
            throws StorageException {
        var visible = new HashSet<>(ids(tenant, true));
        for (String id : visible) {
            Optional<FileRecord> file = records.read(record(tenant, id), FileRecord::read);
            if (file.isPresent() && file.get().isExpired(now) && !kept.contains(id)) {
                var _ = delete(store, tenant, id);
                LOG.atInfo().addKeyValue("file", id).log("An expired file was deleted");
            }
        }
        String oldest = FileId.first(now.minus(LONGEST_UPLOAD));
        for (String name : store.names(tenant, Kind.FILES)) {
            String id = name.replace(CONTENT, "");
            if (name.endsWith(CONTENT) && !visible.contains(id) && id.compareTo(oldest) < 0) {
                var _ = store.delete(content(tenant, id));
            }
        }
    }
}
