package dev.millrace.broker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A lock file that one process at a time can hold.
 *
 * <p>The operating system releases the lock when the process ends, even after a crash. The file
 * remains and contains the process id of the last holder.
 */
public final class FolderLock implements AutoCloseable {
    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Acquires the lock.
     *
     * @throws HeldException if another process or another part of this process holds the lock
     * @throws IOException if the file cannot be created or written
     */
    public static FolderLock acquire(Path file) throws IOException, HeldException {
        var channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        try {
            if (tryLock(channel) == null) {
                throw new HeldException(holder(file));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(ownPid().getBytes(StandardCharsets.US_ASCII)));
            return new FolderLock(channel);
        } catch (IOException | HeldException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Returns true if a process holds the lock. Must not be called for a lock of this process,
     * because closing the second channel would release the lock.
     */
    public static boolean isHeld(Path file) {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ);
                var lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
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
