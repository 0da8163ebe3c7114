package dev.millrace.gateway.store;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Stores objects: the contents of files, and small records about files and batches. All instances
 * of the gateway share one store. An object is visible only when it is complete, and is then
 * durable. Thread-safe; every method blocks.
 */
public interface FileStore extends AutoCloseable {
    /**
     * Checks that objects can be listed, written and deleted.
     *
     * @throws StorageException if not; the message names the store and the reason
     */
    void check() throws StorageException;

    /** Returns the maximum bytes of memory that a {@link Draft} holds. */
    int draftBytes();

    /** Starts writing an object. Nothing is visible before {@link Draft#commit}. */
    Draft create(ObjectPath path) throws StorageException;

    /** Opens an object for reading; empty if there is none. */
    Optional<InputStream> open(ObjectPath path) throws StorageException;

    /**
     * Deletes an object; returns false if it did not exist. Of several concurrent callers, more
     * than one can get true.
     */
    boolean delete(ObjectPath path) throws StorageException;

    /** Returns the names of a tenant's objects of one kind in ascending order. */
    List<String> names(TenantFolder tenant, ObjectPath.Kind kind) throws StorageException;

    /**
     * The number and size of objects.
     *
     * @param bytes sum of their sizes
     */
    record Usage(long objects, long bytes) {}

    /** Returns the number and size of a tenant's objects of one kind. */
    Usage usage(TenantFolder tenant, ObjectPath.Kind kind) throws StorageException;

    /**
     * Returns true if there is room for large objects. A part of the store is kept for small
     * objects, which are needed to finish accepted work. A store without a limit always has room.
     */
    default boolean hasRoom() {
        return true;
    }

    /** Returns the folders of all tenants that have objects. */
    List<TenantFolder> tenants() throws StorageException;

    /** Deletes what killed instances wrote but never committed, last changed before a time. */
    void deleteDrafts(Instant before) throws StorageException;

    /** Ends the connections of the store. */
    @Override
    default void close() {}

    /** Writes a small object. */
    default void write(ObjectPath path, byte[] value) throws StorageException {
        try (Draft draft = create(path)) {
            draft.write(value, 0, value.length);
            draft.commit();
        }
    }

    /**
     * Writes a small object unless its path is in use. Of several concurrent callers, one succeeds.
     *
     * @return false if the path is in use
     */
    default boolean writeNew(ObjectPath path, byte[] value) throws StorageException {
        try (Draft draft = create(path)) {
            draft.write(value, 0, value.length);
            return draft.commitNew();
        }
    }

    /** Reads a small object; empty if there is none. */
    default Optional<byte[]> read(ObjectPath path) throws StorageException {
        Optional<InputStream> in = open(path);
        if (in.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream open = in.get()) {
            return Optional.of(open.readAllBytes());
        } catch (IOException e) {
            throw new StorageException("cannot read " + path, e);
        }
    }

    /**
     * Reads a record; empty if there is none.
     *
     * @param codec throws an {@link IllegalArgumentException} if the record is not valid
     * @throws DamagedRecordException if the record is not valid
     */
    default <T> Optional<T> read(ObjectPath path, Function<byte[], T> codec)
            throws StorageException {
        Optional<byte[]> value = read(path);
        try {
            return value.map(codec);
        } catch (IllegalArgumentException e) {
            throw new DamagedRecordException(path, e);
        }
    }

    /**
     * An object that is being written. Used by one thread. Closing the draft without a commit
     * deletes it.
     */
    interface Draft extends AutoCloseable {
        /** Appends bytes. */
        void write(byte[] buffer, int offset, int length) throws StorageException;

        /** Makes the object durable, then visible. Replaces an object at its path. */
        void commit() throws StorageException;

        /**
         * Makes a small object durable, then visible, unless its path is in use.
         *
         * @return false if the path is in use
         */
        boolean commitNew() throws StorageException;

        @Override
        void close() throws StorageException;
    }
}
