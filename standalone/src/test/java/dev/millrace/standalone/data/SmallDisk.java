package dev.millrace.standalone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A small file system in memory, for tests of a full disk. Tests are skipped where it cannot be
 * mounted.
 */
public final class SmallDisk implements AutoCloseable {
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

    @Override
    public void close() {
        assertThat(succeeds("umount", "--lazy", folder.toString())).isTrue();
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
