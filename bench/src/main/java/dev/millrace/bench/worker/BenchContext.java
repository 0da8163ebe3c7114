package dev.millrace.bench.worker;

import dev.millrace.bench.cluster.BenchCluster;
import dev.millrace.bench.contender.Contender;
import dev.millrace.bench.contender.ContenderTask;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.bench.provider.FixedAnswerServer;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** The resources that all worker measurements share. */
record BenchContext(
        WorkFolder folder,
        BenchCluster cluster,
        WorkerBenchPlan plan,
        Terminal terminal,
        InstantSource clock,
        LongSupplier ticker) {
    /** Heap of every contender. */
    private static final String HEAP = "-Xmx1g";

    /** Starts a contender. */
    ChildProcess start(Class<?> program, String name, ContenderTask task) throws IOException {
        terminal.say("measuring " + name);
        var options = new ArrayList<>(List.of(HEAP));
        Path profile = plan.profile();
        if (profile != null && task.contender() == Contender.MILLRACE) {
            options.add(
                    "-XX:StartFlightRecording=settings=profile,filename="
                            + recording(profile, name));
        }
        return ChildProcess.start(folder, name, program, options, task.arguments());
    }

    /** Starts a provider. */
    ChildProcess provider(Duration latency) throws IOException {
        return ChildProcess.start(
                folder,
                "provider-" + latency.toMillis() + "ms",
                FixedAnswerServer.class,
                List.of(),
                List.of(Long.toString(latency.toMillis())));
    }

    /** Adds the run's name: {@code worker.jfr} becomes {@code worker-ideal-http.jfr}. */
    static Path recording(Path profile, String run) {
        String name = profile.getFileName().toString();
        int end = name.lastIndexOf('.');
        String file =
                end < 0
                        ? name + "-" + run + ".jfr"
                        : name.substring(0, end) + "-" + run + name.substring(end);
        return profile.toAbsolutePath().resolveSibling(file);
    }
}
