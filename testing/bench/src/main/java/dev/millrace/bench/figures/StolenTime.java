package dev.millrace.bench.figures;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Processor time that a virtual machine did not get because its host ran others, since its start. A
 * measurement with much stolen time says little about the program.
 *
 * <p>Source: field {@code steal} of {@code /proc/stat} (Linux, proc_stat(5)).
 *
 * @param stolen in ticks
 * @param all all processor time, in ticks; 0 if unknown
 */
public record StolenTime(long stolen, long all) {
    private static final Path STAT = Path.of("/proc/stat");

    /** Position of {@code steal} after the name of the line; later fields are parts of others. */
    private static final int STEAL = 7;

    private static final double PERCENT = 100;

    /** Returns the times of this machine. */
    public static StolenTime now() {
        try (var lines = Files.lines(STAT)) {
            return of(lines.findFirst().orElse(""));
        } catch (IOException e) {
            return new StolenTime(0, 0);
        }
    }

    /** Reads the first line of {@code /proc/stat}. */
    static StolenTime of(String line) {
        long[] ticks =
                Arrays.stream(line.strip().split("\\s+"))
                        .skip(1)
                        .limit(STEAL + 1)
                        .mapToLong(Long::parseLong)
                        .toArray();
        return ticks.length <= STEAL
                ? new StolenTime(0, 0)
                : new StolenTime(ticks[STEAL], Arrays.stream(ticks).sum());
    }

    /** Returns the percentage of stolen time between an earlier time and this; null if unknown. */
    public @Nullable Double percentSince(StolenTime earlier) {
        long time = all - earlier.all;
        return time <= 0 ? null : PERCENT * (stolen - earlier.stolen) / time;
    }
}
