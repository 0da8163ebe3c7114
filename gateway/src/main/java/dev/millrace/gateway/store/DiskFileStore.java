package dev.millrace.gateway.store;

import dev.millrace.contracts.file.OwnerOnly;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores objects in a folder: {@code <root>/<tenant>/<kind>/<name>}. Writes an object to {@code
 * <root>/drafts}, forces it to disk, and then renames it. Several instances can share a folder on a
 * shared file system.
 */
public final class DiskFileStore implements FileStore {
    private static final Logger LOG = LoggerFactory.getLogger(DiskFileStore.class);

    /** Space that uploads leave for the records of batches, and for other users of the disk. */
    private static final long RESERVED_BYTES = 256L << 20;

    private static final String DRAFTS = "drafts";

    private final Path root;
    private final ToLongFunction<Path> freeBytes;
    private final AtomicBoolean hadRoom = new AtomicBoolean(true);

    /** Creates a store that creates its folders when they are needed. */
    public DiskFileStore(Path root) {
        this(root, DiskFileStore::usableBytes);
    }

    /**
     * Creates a store with a function that measures the disk.
     *
     * @param freeBytes returns the free bytes on the disk of an existing path
     */
    public DiskFileStore(Path root, ToLongFunction<Path> freeBytes) {
        this.root = root.toAbsolutePath().normalize();
        this.freeBytes = freeBytes;
    }

    /**
     * Returns the free bytes of the disk; {@link Long#MAX_VALUE} if the system does not report
     * them.
     */
    private static long usableBytes(Path path) {
        try {
            return Files.getFileStore(path).getUsableSpace();
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }

    @Override
    public void check() throws StorageException {
        access(
                () -> {
                    Path probe = newDraft();
                    Files.createFile(probe);
                    Files.delete(probe);
                    return probe;
                });
    }

    @Override
    public int draftBytes() {
        return DiskDraft.BUFFER_BYTES;
    }

    @Override
    public Draft create(ObjectPath path) throws StorageException {
        return access(() -> new DiskDraft(this, newDraft(), file(path)));
    }

    private Path newDraft() throws IOException {
        return OwnerOnly.createFolders(root.resolve(DRAFTS)).resolve(UUID.randomUUID().toString());
    }

    private Path folder(TenantFolder tenant, ObjectPath.Kind kind) {
        return root.resolve(tenant.name()).resolve(kind.folder());
    }

    private Path file(ObjectPath path) {
        return folder(path.tenant(), path.kind()).resolve(path.name());
    }

    @Override
    public Optional<InputStream> open(ObjectPath path) throws StorageException {
        return access(
                () -> {
                    try {
                        return Optional.of(Files.newInputStream(file(path)));
                    } catch (NoSuchFileException e) {
                        return Optional.empty();
                    }
                });
    }

    @Override
    public boolean delete(ObjectPath path) throws StorageException {
        return access(() -> Files.deleteIfExists(file(path)));
    }

    @Override
    public List<String> names(TenantFolder tenant, ObjectPath.Kind kind) throws StorageException {
        return access(() -> children(folder(tenant, kind)));
    }

    @Override
    public Usage usage(TenantFolder tenant, ObjectPath.Kind kind) throws StorageException {
        return access(
                () -> {
                    long objects = 0;
                    long bytes = 0;
                    Path folder = folder(tenant, kind);
                    for (String name : children(folder)) {
                        objects++;
                        bytes += size(folder.resolve(name));
                    }
                    return new Usage(objects, bytes);
                });
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0; // Deleted since the listing.
        }
    }

    @Override
    public boolean hasRoom() {
        long free = freeBytes.applyAsLong(existing(root));
        boolean hasRoom = free >= RESERVED_BYTES;
        if (hadRoom.getAndSet(hasRoom) != hasRoom) {
            LOG.atWarn()
                    .addKeyValue("folder", root)
                    .addKeyValue("free_mib", free >> 20)
                    .addKeyValue("reserved_mib", RESERVED_BYTES >> 20)
                    .log(
                            hasRoom
                                    ? "The disk of the gateway's files has room for uploads again"
                                    : "The disk of the gateway's files is almost full; uploads are"
                                            + " refused");
        }
        return hasRoom;
    }

    private static Path existing(Path path) {
        Path parent = path.getParent();
        return parent == null || Files.exists(path) ? path : existing(parent);
    }

    @Override
    public List<TenantFolder> tenants() throws StorageException {
        return access(() -> children(root)).stream()
                .filter(TenantFolder::isLegal)
                .map(TenantFolder::new)
                .toList();
    }

    private static List<String> children(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.map(it -> it.getFileName().toString()).sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    @Override
    public void deleteDrafts(Instant before) throws StorageException {
        Path drafts = root.resolve(DRAFTS);
        for (String name : access(() -> children(drafts))) {
            access(() -> deleteIfOlder(drafts.resolve(name), before));
        }
    }

    private static boolean deleteIfOlder(Path draft, Instant before) throws IOException {
        try {
            return Files.getLastModifiedTime(draft).toInstant().isBefore(before)
                    && Files.deleteIfExists(draft);
        } catch (NoSuchFileException e) {
            return false; // Another instance has committed or deleted it.
        }
    }

    interface Access<T> {
        T run() throws IOException;
    }

    /** Runs an access; its failure names the folder and the reason of the system. */
    <T> T access(Access<T> access) throws StorageException {
        try {
            return access.run();
        } catch (IOException e) {
            throw new StorageException(
                    "the folder " + root + " of the gateway's files does not work: " + reason(e),
                    e);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof FileSystemException failure) {
            return failure.getReason() == null
                    ? failure.getClass().getSimpleName()
                    : failure.getReason();
        }
        return String.valueOf(e.getMessage());
    }
}
