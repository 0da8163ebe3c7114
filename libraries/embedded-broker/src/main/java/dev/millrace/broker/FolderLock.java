package dev.millrace.broker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A lock file with at most one holder: one part of one process.
 *
 * <p>The operating system releases the lock when the process ends, even after a crash. The file
 * remains and contains the process id of the last holder. The operating system also releases the
 * lock when the process closes any other channel to the file. So a file that this process holds is
 * never opened a second time.
 */
public final class FolderLock implements AutoCloseable {
    /** Files that this process holds. Guarded by the class. */
    private static final Set<Path> HELD = new HashSet<>();

    private final Path file;
    private final FileChannel channel;

    private FolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Acquires the lock.
     *
     * @throws HeldException if another process or another part of this process holds the lock
     * @throws IOException if the file cannot be created or written
     */
    public static synchronized FolderLock acquire(Path file) throws IOException, HeldException {
        Path identity = identity(file);
        if (HELD.contains(identity)) {
            throw new HeldException(OptionalLong.of(ProcessHandle.current().pid()));
        }
        var channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw new HeldException(holder(file));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(ownPid().getBytes(StandardCharsets.US_ASCII)));
            HELD.add(identity);
            return new FolderLock(identity, channel);
        } catch (IOException | HeldException e) {
            channel.close();
            throw e;
        }
    }

    /** Returns true if this process or another one holds the lock. */
    public static synchronized boolean isHeld(Path file) {
        try {
            return HELD.contains(identity(file)) || isHeldByAnotherProcess(file);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isHeldByAnotherProcess(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ);
                var lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return lock == null;
        }
    }

    /** Returns a path that is equal for all spellings of the folder's path. */
    private static Path identity(Path file) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path folder = Objects.requireNonNull(absolute.getParent(), "a file");
        return folder.toRealPath().resolve(Objects.requireNonNull(absolute.getFileName()));
    }

    @Override
    public void close() throws IOException {
        synchronized (FolderLock.class) {
            if (channel.isOpen()) {
                HELD.remove(file);
                channel.close();
            }
        }
    }

    private static String ownPid() {
        return String.valueOf(ProcessHandle.current().pid());
    }

    private static OptionalLong holder(Path file) throws IOException {
        var text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        return text.matches("\\d{1,18}")
                ? OptionalLong.of(Long.parseLong(text))
                : OptionalLong.empty();
    }

    /** Another holder has the lock. */
    public static final class HeldException extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient OptionalLong pid;

        HeldException(OptionalLong pid) {
            super("held by " + describe(pid));
            this.pid = pid;
        }

        /** Returns the process id of the holder; empty if the file does not contain one. */
        public OptionalLong pid() {
            return pid;
        }

        private static String describe(OptionalLong pid) {
            return pid.isPresent() ? "process " + pid.getAsLong() : "another process";
        }
    }
}
