package dev.millrace.bench.idle;

import dev.millrace.bench.process.PeakMemory;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A running program that has no work. */
record IdleProcess(Process process) implements AutoCloseable {
    private static final String READY = "running";

    /** Starts the program and waits for the line that reports it running. */
    static IdleProcess start(ProcessBuilder program) throws IOException {
        var started = new IdleProcess(program.start());
        var output = started.process.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(READY)) {
                return started;
            }
        }
        started.close();
        throw new IOException("a measured process did not start");
    }

    /** Waits for the given time; throws when the process ends first. */
    void await(Duration time) throws IOException, InterruptedException {
        if (process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException("a measured process ended early");
        }
    }

    /** Returns the CPU time of all threads so far; zero where the system does not report it. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Returns the peak resident memory so far. */
    long residentMib() {
        return PeakMemory.residentMib(process.pid());
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
