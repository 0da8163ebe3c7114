package dev.millrace.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What a process uses, by Linux's {@code /proc}.
 *
 * @param files number of open files
 * @param residentMib resident memory
 * @param peakMib peak resident memory so far
 */
public record ProcessUse(long files, long threads, long residentMib, long peakMib) {
    private static final long KIB_PER_MIB = 1_024;

    /** Returns what a process uses; zeros if it has ended, or on another system. */
    public static ProcessUse of(long pid) {
        Path folder = Path.of("/proc", Long.toString(pid));
        try (var files = Files.list(folder.resolve("fd"))) {
            String status = Files.readString(folder.resolve("status"));
            return new ProcessUse(
                    files.count(),
                    value(status, "Threads"),
                    value(status, "VmRSS") / KIB_PER_MIB,
                    value(status, "VmHWM") / KIB_PER_MIB);
        } catch (IOException absent) {
            return new ProcessUse(0, 0, 0, 0);
        }
    }

    private static long value(String status, String key) {
        var line = Pattern.compile("(?m)^" + key + ":\\s+(\\d+)").matcher(status);
        return line.find() ? Long.parseLong(line.group(1)) : 0;
    }
}
