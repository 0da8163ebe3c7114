package dev.millrace.bench.process;

import dev.millrace.bench.measurement.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A process that was measured until it ended by itself.
 *
 * @param output its standard output
 * @param cpu CPU time of all threads up to the last sample; zero where the system does not report
 *     it
 */
public record FinishedProcess(int exitCode, String output, PeakMemory memory, Duration cpu) {
    private static final long SAMPLE_MILLIS = 100;

    /**
     * Runs a process to its end.
     *
     * @param name base name of its log files, as in {@link ChildJvm#program}
     * @throws IOException when it cannot be started
     */
    public static FinishedProcess of(WorkFolder folder, String name, ProcessBuilder command)
            throws IOException, InterruptedException {
        Path printed = folder.file(name + ".out");
        Process process = command.redirectOutput(printed.toFile()).start();
        try {
            long resident = 0;
            Duration cpu = Duration.ZERO;
            while (!process.waitFor(SAMPLE_MILLIS, TimeUnit.MILLISECONDS)) {
                resident = Math.max(resident, ProcessUse.of(process.pid()).peakMib());
                cpu = process.info().totalCpuDuration().orElse(cpu);
            }
            return new FinishedProcess(
                    process.exitValue(),
                    Files.readString(printed),
                    PeakMemory.ofHeap(resident, ChildJvm.gcLog(folder, name)),
                    cpu);
        } finally {
            process.destroy();
        }
    }
}
