package dev.millrace.testclusters;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A small file system in memory, for tests of a full disk. Tests are skipped where it cannot be
 * mounted.
 */
public final class SmallDisk implements AutoCloseable {
    private static final String BALLAST = "ballast";
    private static final int BLOCK_BYTES = 4 << 10;

    /** Room for writers while {@link #fill} shrinks the disk, in bytes. */
    private static final long MARGIN = 16 << 20;

    private final Path folder;
    private final long bytes;

    private SmallDisk(Path folder, long bytes) {
        this.folder = folder;
        this.bytes = bytes;
    }

    /** Mounts a file system of the given size over an empty folder. */
    public static SmallDisk mount(Path folder, int mebibytes) {
        Optional<SmallDisk> disk = tryMount(folder, mebibytes);
        assumeTrue(disk.isPresent(), "mounting a file system needs root on Linux");
        return disk.orElseThrow();
    }

    /** Mounts a file system over an empty folder; empty where that is impossible. */
    public static Optional<SmallDisk> tryMount(Path folder, int mebibytes) {
        long bytes = (long) mebibytes << 20;
        return succeeds("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", folder.toString())
                ? Optional.of(new SmallDisk(folder, bytes))
                : Optional.empty();
    }

    /** Returns the folder of the file system. */
    public Path folder() {
        return folder;
    }

    /** Shrinks the disk, and writes a file until no block is left. */
    public void fill() throws IOException {
        var store = Files.getFileStore(folder);
        long used = store.getTotalSpace() - store.getUnallocatedSpace();
        resize(Math.min(bytes, used + MARGIN));
        byte[] block = new byte[BLOCK_BYTES];
        try (var out = Files.newOutputStream(folder.resolve(BALLAST))) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("No space left")) {
                throw e;
            }
        }
    }

    /** Undoes {@link #fill}. */
    public void free() throws IOException {
        Files.delete(folder.resolve(BALLAST));
        resize(bytes);
    }

    private void resize(long size) throws IOException {
        if (!succeeds("mount", "-o", "remount,size=" + size, folder.toString())) {
            throw new IOException("cannot resize " + folder);
        }
    }

    /** Unmounts the file system; its files are copied to the folder. */
    public void closeAndKeepFiles() throws IOException {
        Path copy = folder.resolveSibling(folder.getFileName() + ".copy");
        if (!succeeds("cp", "-a", folder.toString(), copy.toString())) {
            throw new IOException("cannot copy " + folder);
        }
        close();
        Files.delete(folder);
        Files.move(copy, folder);
    }

    @Override
    public void close() {
        if (!succeeds("umount", "--lazy", folder.toString())) {
            throw new IllegalStateException("cannot unmount " + folder);
        }
    }

    private static boolean succeeds(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .onExit()
                            .join()
                            .exitValue()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
