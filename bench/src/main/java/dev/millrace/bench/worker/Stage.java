package dev.millrace.bench.worker;

import dev.millrace.bench.cluster.Cluster;
import dev.millrace.bench.contender.Kind;
import dev.millrace.bench.contender.Task;
import dev.millrace.bench.process.Child;
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

/** What all measurements need. */
record Stage(
        WorkFolder folder,
        Cluster cluster,
        BenchPlan plan,
        Terminal terminal,
        InstantSource clock,
        LongSupplier ticker) {
    /** The same for every contender. */
    private static final String HEAP = "-Xmx1g";

    /** Starts a contender. */
    Child start(Class<?> program, String name, Task task) throws IOException {
        terminal.say("measuring " + name);
        var options = new ArrayList<>(List.of(HEAP));
        Path profile = plan.profile();
        if (profile != null && task.kind() == Kind.MILLRACE) {
            options.add(
                    "-XX:StartFlightRecording=settings=profile,filename="
                            + recording(profile, name));
        }
        return Child.start(folder, name, program, options, task.arguments());
    }

    /** Starts a provider. */
    Child provider(Duration latency) throws IOException {
        return Child.start(
                folder,
                "provider-" + latency.toMillis() + "ms",
                FixedAnswerServer.class,
                List.of(),
                List.of(Long.toString(latency.toMillis())));
    }

    /** {@code worker.jfr} of the run {@code ideal-http} is {@code worker-ideal-http.jfr}. */
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
