package dev.millrace.bench.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a process uses, from Linux's {@code /proc}.
 *
 * @param files open files and connections
 * @param threads of the operating system
 * @param megabytes resident memory
 */
record Footprint(long files, long threads, long megabytes) {
    /** A process that was just started may use less than one that has worked. */
    private static final int FACTOR = 2;

    private static final int SPARE_FILES = 100;
    private static final int SPARE_THREADS = 50;

    /** More than the maximum heap of a service. */
    private static final int SPARE_MEGABYTES = 400;

    private static final long KIBIBYTES_PER_MEGABYTE = 1_024;

    /** Returns the footprint of a process; empty if it has ended, or on another system. */
    static Optional<Footprint> of(long pid) {
        Path process = Path.of("/proc", Long.toString(pid));
        try (Stream<Path> files = Files.list(process.resolve("fd"))) {
            List<String> status = Files.readAllLines(process.resolve("status"));
            return Optional.of(
                    new Footprint(
                            files.count(),
                            value(status, "Threads:"),
                            value(status, "VmRSS:") / KIBIBYTES_PER_MEGABYTE));
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    private static long value(List<String> status, String key) {
        return status.stream()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }

    /** Returns true if this idle process uses much more than it did when the load began. */
    boolean hasLeakedSince(Footprint start) {
        return files > FACTOR * start.files + SPARE_FILES
                || threads > FACTOR * start.threads + SPARE_THREADS
                || megabytes > start.megabytes + SPARE_MEGABYTES;
    }

    @Override
    public String toString() {
        return "%d files, %d threads, %d MB".formatted(files, threads, megabytes);
    }
}
