package dev.millrace.gateway.file;

import dev.millrace.gateway.store.FileStore;
import dev.millrace.gateway.store.ObjectPath;
import dev.millrace.gateway.store.StorageException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A file that is being received. Closing it before {@link #complete} leaves nothing behind. Used by
 * one thread.
 */
public final class Upload implements AutoCloseable {
    private final FileStore store;
    private final ObjectPath content;
    private final ObjectPath record;
    private final FileRecord file;
    private final FileStore.Draft draft;
    private final LimitedOutput out;

    /**
     * @param file id and times of the file
     */
    Upload(
            FileStore store,
            ObjectPath content,
            ObjectPath record,
            FileRecord file,
            FileLimits limits)
            throws StorageException {
        this.store = store;
        this.content = content;
        this.record = record;
        this.file = file;
        draft = store.create(content);
        out = new LimitedOutput(store, draft, limits);
    }

    /** Returns the id of the file. */
    String id() {
        return file.id();
    }

    /** Returns the stream for the content. */
    public OutputStream out() {
        return out;
    }

    /**
     * Makes the file visible.
     *
     * @param lifetime time until the file expires, if shorter than the store's retention
     */
    public FileRecord complete(String filename, String purpose, Optional<Duration> lifetime)
            throws StorageException {
        var complete =
                new FileRecord(
                        file.id(),
                        filename,
                        purpose,
                        out.bytes(),
                        out.lines(),
                        file.createdAt(),
                        expiry(lifetime));
        draft.commit();
        try {
            store.write(record, complete.toJson());
        } catch (StorageException e) {
            var _ = store.delete(content);
            throw e;
        }
        return complete;
    }

    private Optional<Instant> expiry(Optional<Duration> lifetime) {
        Optional<Instant> wanted = lifetime.map(file.createdAt()::plus);
        return file.expiresAt().isPresent()
                        && wanted.isPresent()
                        && wanted.get().isBefore(file.expiresAt().get())
                ? wanted
                : file.expiresAt();
    }

    @Override
    public void close() throws StorageException {
        draft.close();
    }
}
