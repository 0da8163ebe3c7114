package dev.millrace.gateway.store;

import dev.millrace.contracts.file.OwnerOnly;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Writes an object to a temporary file, which gets the object's name when it is complete. */
final class DiskDraft implements FileStore.Draft {
    static final int BUFFER_BYTES = 64 * 1024;

    private final DiskFileStore store;
    private final Path draft;
    private final Path target;
    private final FileChannel channel;
    private final OutputStream out;

    DiskDraft(DiskFileStore store, Path draft, Path target) throws IOException {
        this.store = store;
        this.draft = draft;
        this.target = target;
        channel =
                OwnerOnly.open(
                        draft, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws StorageException {
        var _ =
                store.access(
                        () -> {
                            out.write(buffer, offset, length);
                            return length;
                        });
    }

    @Override
    public void commit() throws StorageException {
        var _ =
                store.access(
                        () -> {
                            finish();
                            Path folder = OwnerOnly.createFolderOf(target);
                            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
                            force(folder);
                            return target;
                        });
    }

    @Override
    public boolean commitNew() throws StorageException {
        return store.access(
                () -> {
                    finish();
                    Path folder = OwnerOnly.createFolderOf(target);
                    try {
                        link();
                    } catch (FileAlreadyExistsException e) {
                        return false;
                    }
                    force(folder);
                    return true;
                });
    }

    /** Gives the complete draft a second name, which fails if the name is taken. */
    private void link() throws IOException {
        try {
            Files.createLink(target, draft);
        } catch (UnsupportedOperationException e) {
            // The system has no links. A reader may then see a part of the object.
            Files.copy(draft, target);
        }
    }

    private void finish() throws IOException {
        out.flush();
        channel.force(true);
        channel.close();
    }

    /** Makes the new name durable. */
    private static void force(Path folder) {
        try (FileChannel open = FileChannel.open(folder, StandardOpenOption.READ)) {
            open.force(true);
        } catch (IOException e) {
            // Some systems cannot open folders, and make names durable without being asked.
        }
    }

    @Override
    public void close() throws StorageException {
        var _ =
                store.access(
                        () -> {
                            channel.close();
                            return Files.deleteIfExists(draft);
                        });
    }
}
