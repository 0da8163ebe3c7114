package dev.millrace.bench.idle;

import dev.millrace.bench.process.PeakMemory;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A program that has started and has nothing to do. */
record IdleProcess(Process process) implements AutoCloseable {
    private static final String READY = "running";

    /** Starts the program and waits for the line which says that it runs. */
    static IdleProcess start(ProcessBuilder program) throws IOException {
        var started = new IdleProcess(program.start());
        var output = started.process.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(READY)) {
                return started;
            }
        }
        started.close();
        throw new IOException("a measured process has not started");
    }

    /** Lets that much time pass. */
    void await(Duration time) throws IOException, InterruptedException {
        if (process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException("a measured process has ended");
        }
    }

    /** Time of all its threads together so far; zero where the system does not tell. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Most memory that it has used so far. */
    long residentMib() {
        return PeakMemory.residentMib(process.pid());
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
