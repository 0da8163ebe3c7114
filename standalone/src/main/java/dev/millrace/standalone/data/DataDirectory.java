package dev.millrace.standalone.data;

import dev.millrace.broker.FolderLock;
import dev.millrace.standalone.data.DataDirectoryException.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The data directory of one Millrace process, by default the {@linkplain AnswerSource#directory
 * directory of its answers}. The process holds a lock on the directory until it closes it.
 *
 * <p>Stored offsets, results and the broker's log belong together: they are kept or deleted
 * together.
 */
public final class DataDirectory implements AutoCloseable {
    private final Path root;
    private final FolderLock lock;

    private DataDirectory(Path root, FolderLock lock) {
        this.root = root;
        this.lock = lock;
    }

    /**
     * Locks the directory, creates it if necessary, and checks that it can be used.
     *
     * @throws DataDirectoryException if the directory cannot be used
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
     * Locks the directory in order to {@link #clear} it, and creates it if necessary. The layout
     * version and the free disk space are checked when it is cleared.
     *
     * @throws DataDirectoryException if the directory cannot be used
     */
    public static DataDirectory openToClear(Path directory) {
        var layout = new DirectoryLayout(directory.toAbsolutePath().normalize());
        layout.create();
        var data = new DataDirectory(layout.root(), lock(layout));
        try {
            data.withdraw();
            return data;
        } catch (DataDirectoryException e) {
            close(data.lock);
            throw e;
        }
    }

    /**
     * Deletes all files of Millrace in the directory, except the copy of standard input.
     *
     * @throws DataDirectoryException if a file cannot be deleted or the directory cannot be used
     */
    public void clear() {
        new DirectoryLayout(root).clear();
        prepare();
    }

    private void prepare() {
        var layout = new DirectoryLayout(root);
        layout.check();
        layout.initialize();
    }

    /** Returns the absolute path of the directory. */
    public Path root() {
        return root;
    }

    /** Returns the folder of the embedded broker's logs. */
    public Path broker() {
        return root.resolve(DirectoryLayout.BROKER);
    }

    /** Returns the folder of the router's state stores. */
    public Path streams() {
        return root.resolve(DirectoryLayout.STREAMS);
    }

    /** Returns the SQLite file with results and costs. */
    public Path database() {
        return root.resolve(DirectoryLayout.DATABASE);
    }

    /** Returns the folder of the files that clients of the gateway upload. */
    public Path files() {
        return root.resolve(DirectoryLayout.FILES);
    }

    /** Returns the folder of the indexes of documents. */
    public Path index() {
        return root.resolve(DirectoryLayout.INDEX);
    }

    /** Returns the SQLite file with the journal of {@code millrace run}. */
    public Path journal() {
        return root.resolve(DirectoryLayout.JOURNAL);
    }

    /** Returns the file for a copy of standard input. */
    public Path standardInput() {
        return root.resolve(DirectoryLayout.STANDARD_INPUT);
    }

    /** Returns the log file. */
    public Path log() {
        return root.resolve(DirectoryLayout.LOG);
    }

    /**
     * Reserves the directory for answers of one source.
     *
     * @throws DataDirectoryException if the directory holds answers of the other source
     */
    public void claim(AnswerSource source) {
        new DirectoryLayout(root).claim(source);
    }

    /** Publishes the embedded pipeline for other processes. */
    public void announce(AnnouncedPipeline pipeline) {
        try {
            Files.writeString(root.resolve(DirectoryLayout.ADDRESS), pipeline.text());
        } catch (IOException e) {
            throw new DirectoryLayout(root).notWritable(e);
        }
    }

    private void withdraw() {
        try {
            Files.deleteIfExists(root.resolve(DirectoryLayout.ADDRESS));
        } catch (IOException e) {
            throw new DirectoryLayout(root).notWritable(e);
        }
    }

    /**
     * Returns the embedded pipeline that another process runs in the directory. Ignores the
     * pipeline of a killed process, because another pipeline can be listening at its address now.
     */
    public static Optional<AnnouncedPipeline> announced(Path directory) {
        try {
            String text = Files.readString(directory.resolve(DirectoryLayout.ADDRESS)).strip();
            return Optional.of(text)
                    .filter(_ -> FolderLock.isHeld(new DirectoryLayout(directory).lock()))
                    .map(AnnouncedPipeline::parse);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns the SQLite file with the results of a data directory, which another process may use.
     */
    public static Path database(Path directory) {
        return directory.resolve(DirectoryLayout.DATABASE);
    }

    /** Returns the folder of a data directory for files that clients of the gateway upload. */
    public static Path files(Path directory) {
        return directory.resolve(DirectoryLayout.FILES);
    }

    /** Returns the SQLite file of a data directory with the journal of {@code millrace run}. */
    public static Path journal(Path directory) {
        return directory.resolve(DirectoryLayout.JOURNAL);
    }

    /**
     * Returns the SQLite file of a directory with answers of a source; empty for none. The
     * directory's pipeline can be running or not.
     */
    public static Optional<Path> answers(Path directory, AnswerSource source) {
        return Optional.of(database(directory))
                .filter(Files::isRegularFile)
                .filter(_ -> new DirectoryLayout(directory).isClaimedFor(source));
    }

    /** Releases the lock. */
    @Override
    public void close() {
        try {
            withdraw();
        } finally {
            close(lock);
        }
    }

    private static FolderLock lock(DirectoryLayout layout) {
        try {
            return FolderLock.acquire(layout.lock());
        } catch (FolderLock.HeldException e) {
            throw new DataDirectoryException(
                    Problem.IN_USE,
                    "The data directory %s is in use, %s; wait until it is released, or choose another with --data-dir"
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
