package dev.millrace.testclusters;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A small file system in memory, for tests of a full disk. Tests are skipped where it cannot be
 * mounted.
 */
public final class SmallDisk implements AutoCloseable {
    private static final String BALLAST = "ballast";
    private static final int BLOCK_BYTES = 4 << 10;

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /** Mounts a file system of the given size over an empty folder. */
    public static SmallDisk mount(Path folder, int mebibytes) {
        assumeTrue(
                succeeds(
                        "mount",
                        "-t",
                        "tmpfs",
                        "-o",
                        "size=" + mebibytes + "m",
                        "tmpfs",
                        folder.toString()),
                "mounting a file system needs root on Linux");
        return new SmallDisk(folder);
    }

    /** Returns the folder of the file system. */
    public Path folder() {
        return folder;
    }

    /** Writes a file until no block is left. */
    public void fill() throws IOException {
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

    /** Deletes the file of {@link #fill}. */
    public void free() throws IOException {
        Files.delete(folder.resolve(BALLAST));
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
