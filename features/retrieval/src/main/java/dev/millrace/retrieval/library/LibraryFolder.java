package dev.millrace.retrieval.library;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.millrace.contracts.file.OwnerOnly;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A folder of indexes that this process has locked until it closes it. */
public final class LibraryFolder implements AutoCloseable {
    /** Most processes that share a configuration in one working directory. */
    private static final int MAX_FOLDERS = 100;

    private static final String LOCK = "lock";

    private final Path path;
    private final FileChannel channel;

    private LibraryFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Locks the given folder, or the next unlocked one: {@code index}, {@code index-2} and so on.
     * Each process can rebuild its indexes, so any folder serves.
     *
     * @throws IOException if no folder can be used
     */
    public static LibraryFolder claim(Path preferred) throws IOException {
        for (int i = 1; i <= MAX_FOLDERS; i++) {
            Path candidate = i == 1 ? preferred : sibling(preferred, i);
            Optional<LibraryFolder> claimed = tryClaim(candidate);
            if (claimed.isPresent()) {
                return claimed.get();
            }
        }
        throw new IOException(
                "%s and %d more folders are in use".formatted(preferred, MAX_FOLDERS));
    }

    /** Returns true if another process, or this one, has locked the folder. Creates nothing. */
    public static boolean isInUse(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path.resolve(LOCK), READ);
                @Nullable FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return lock == null;
        } catch (NoSuchFileException _) {
            return false;
        } catch (OverlappingFileLockException _) {
            return true;
        }
    }

    private static Path sibling(Path preferred, int number) {
        return preferred.resolveSibling(preferred.getFileName() + "-" + number);
    }

    private static Optional<LibraryFolder> tryClaim(Path path) throws IOException {
        OwnerOnly.createFolders(path);
        FileChannel channel = FileChannel.open(path.resolve(LOCK), CREATE, WRITE);
        @Nullable FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException _) {
            // Held by this process.
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        return lock == null ? Optional.empty() : Optional.of(new LibraryFolder(path, channel));
    }

    public Path path() {
        return path;
    }

    /** Releases the folder. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
