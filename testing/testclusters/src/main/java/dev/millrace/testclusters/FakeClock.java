package dev.millrace.testclusters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The wall clock of a process, by libfaketime. The monotonic clock stays right.
 *
 * @param file what libfaketime reads each second
 */
public record FakeClock(Path file) {
    /** Returns the library; empty if it is not installed. */
    public static Optional<Path> library() {
        return Stream.of("x86_64", "aarch64")
                .map(it -> Path.of("/usr/lib/" + it + "-linux-gnu/faketime/libfaketimeMT.so.1"))
                .filter(Files::exists)
                .findFirst();
    }

    /** Returns the clock of a process, in a folder. */
    public static FakeClock of(RestartableProcess process, Path folder) {
        return new FakeClock(folder.resolve(process.name() + ".clock").toAbsolutePath());
    }

    /** Gives a process this clock from its next start on. Needs the library. */
    public void install(RestartableProcess process) throws IOException {
        set(0);
        Map<String, String> environment = process.builder().environment();
        environment.put("LD_PRELOAD", library().orElseThrow().toString());
        environment.put("FAKETIME_TIMESTAMP_FILE", file.toString());
        environment.put("FAKETIME_CACHE_DURATION", "1");
        environment.put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        // Else timed waits return at once with a recent glibc.
        environment.put("FAKETIME_FORCE_MONOTONIC_FIX", "0");
    }

    /**
     * Changes the clock. A drift is one change after the other: with a rate, libfaketime lets timed
     * waits of the process last for years.
     *
     * @param seconds by which the clock is ahead
     */
    public void set(long seconds) throws IOException {
        Files.writeString(file, "%+d%n".formatted(seconds));
    }
}
