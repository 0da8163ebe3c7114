package dev.millrace.bench.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** File systems in memory, which can be full at any time. Needs root on Linux. */
final class SmallDisks implements AutoCloseable {
    private static final String SIZE = "size=8g";
    private static final int LEFT_BYTES = 1 << 20;

    private final List<Path> folders = new ArrayList<>();

    /**
     * Mounts a file system over a folder, which is created.
     *
     * @throws IOException also if this machine does not permit it
     */
    void mount(Path folder) throws IOException {
        Files.createDirectories(folder);
        run("mount", "-t", "tmpfs", "-o", SIZE, "tmpfs", folder.toString());
        folders.add(folder);
    }

    /** Leaves no more than a mebibyte of room in the file system of a folder. */
    static void fill(Path folder) throws IOException {
        var store = Files.getFileStore(folder);
        long used = store.getTotalSpace() - store.getUnallocatedSpace();
        resize(folder, "size=" + (used + LEFT_BYTES));
    }

    static void free(Path folder) throws IOException {
        resize(folder, SIZE);
    }

    private static void resize(Path folder, String size) throws IOException {
        run("mount", "-o", "remount," + size, folder.toString());
    }

    private static void run(String... command) throws IOException {
        if (new ProcessBuilder(command).inheritIO().start().onExit().join().exitValue() != 0) {
            throw new IOException(List.of(command) + " failed");
        }
    }

    @Override
    public synchronized void close() throws IOException {
        while (!folders.isEmpty()) {
            run("umount", "--lazy", folders.removeLast().toString());
        }
    }
}
