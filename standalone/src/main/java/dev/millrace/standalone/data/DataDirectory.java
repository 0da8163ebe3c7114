package dev.millrace.standalone.data;

import dev.millrace.broker.FolderLock;
import dev.millrace.standalone.data.DataDirectoryException.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The folder of one Millrace, {@code .millrace} by default, held for this process alone until it is
 * closed.
 *
 * <p>Stored offsets, results and the broker's log belong together: they are kept, and forgotten, as
 * one.
 */
public final class DataDirectory implements AutoCloseable {
    private final Path root;
    private final FolderLock lock;

    private DataDirectory(Path root, FolderLock lock) {
        this.root = root;
        this.lock = lock;
    }

    /**
     * Makes the folder if need be, checks that it can be written to, and holds it.
     *
     * @throws DataDirectoryException when it cannot be used, with a message for the user
     */
    public static DataDirectory open(Path directory) {
        DataDirectory data = openToClear(directory);
        try {
            data.prepare();
            return data;
        } catch (DataDirectoryException e) {
            close(data.lock);
            throw e;
        }
    }

    /**
     * Makes the folder if need be, and holds it, to {@link #clear} it: neither the version of what
     * is in it nor the room on its disk matters until then.
     *
     * @throws DataDirectoryException when it cannot be used, with a message for the user
     */
    public static DataDirectory openToClear(Path directory) {
        var layout = new Layout(directory.toAbsolutePath().normalize());
        layout.make();
        var data = new DataDirectory(layout.root(), hold(layout));
        try {
            data.announce(Optional.empty());
            return data;
        } catch (DataDirectoryException e) {
            close(data.lock);
            throw e;
        }
    }

    /**
     * Forgets all that Millrace keeps in the folder, except the copy of the standard input.
     *
     * @throws DataDirectoryException when it cannot be deleted or used
     */
    public void clear() {
        new Layout(root).clear();
        prepare();
    }

    private void prepare() {
        var layout = new Layout(root);
        layout.check();
        layout.write();
    }

    /** The folder itself, absolute. */
    public Path root() {
        return root;
    }

    /** The embedded broker's logs. */
    public Path broker() {
        return root.resolve(Layout.BROKER);
    }

    /** The router's state stores. */
    public Path streams() {
        return root.resolve(Layout.STREAMS);
    }

    /** The SQLite file with results and costs. */
    public Path database() {
        return root.resolve(Layout.DATABASE);
    }

    /** The SQLite file in which {@code millrace run} remembers what it published. */
    public Path journal() {
        return root.resolve(Layout.JOURNAL);
    }

    /** A copy of the standard input of the last run that read it. */
    public Path standardInput() {
        return root.resolve(Layout.STANDARD_INPUT);
    }

    /** What was logged. */
    public Path log() {
        return root.resolve(Layout.LOG);
    }

    /**
     * Says whose answers are to be kept here: never those of both.
     *
     * @throws DataDirectoryException when those of the other one are
     */
    public void claim(Answering answering) {
        new Layout(root).claim(answering);
    }

    /** Says where the embedded broker listens, for other processes; nowhere any more when empty. */
    public void announce(Optional<String> bootstrapServers) {
        Path file = root.resolve(Layout.ADDRESS);
        try {
            if (bootstrapServers.isPresent()) {
                Files.writeString(file, bootstrapServers.get() + "\n");
            } else {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new Layout(root).notWritable(e);
        }
    }

    /**
     * Returns the address of the embedded broker that another process runs in this folder, as
     * {@code host:port}. Ignores an address that a killed process left: another pipeline may listen
     * there by now.
     */
    public static Optional<String> announced(Path directory) {
        try {
            String address = Files.readString(directory.resolve(Layout.ADDRESS)).strip();
            return Optional.of(address)
                    .filter(_ -> FolderLock.isHeld(new Layout(directory).lock()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Lets another process use the folder. */
    @Override
    public void close() {
        try {
            announce(Optional.empty());
        } finally {
            close(lock);
        }
    }

    private static FolderLock hold(Layout layout) {
        try {
            return FolderLock.take(layout.lock());
        } catch (FolderLock.HeldException e) {
            throw new DataDirectoryException(
                    Problem.IN_USE,
                    "The data directory %s is in use, %s; wait for it, or choose another with --data-dir"
                            .formatted(layout.root(), e.getMessage()),
                    e);
        } catch (IOException e) {
            throw layout.notWritable(e);
        }
    }

    private static void close(FolderLock lock) {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
