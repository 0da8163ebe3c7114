package dev.millrace.standalone.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The launcher at the root of the project, started in a folder as a user would.
 *
 * @param folder where it is typed: its configuration, data directory and output are there
 */
public record Launcher(Path folder) {
    // Tests run in the folder of their module.
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** One of the files in {@code examples}. */
    public static Path example(String name) {
        return ROOT.resolve("examples").resolve(name);
    }

    /** A page at the root of the project. */
    public static Path page(String name) {
        return ROOT.resolve(name);
    }

    /** Runs a command to its end. */
    public Finished run(Object... arguments) {
        return start(arguments).await();
    }

    /** Runs a command to its end in a heap of that size, such as {@code 256m}. */
    public Finished runInHeap(String size, Object... arguments) {
        return start(List.of("-Xmx" + size), arguments).await();
    }

    /** Starts a command. */
    public Running start(Object... arguments) {
        return start(List.of(), arguments);
    }

    private Running start(List<String> javaOptions, Object... arguments) {
        StartUpCache.makeOnce(ROOT);
        List<String> command = new ArrayList<>(withSignals());
        command.add(ROOT.resolve("millrace").toString());
        Stream.of(arguments).map(Object::toString).forEach(command::add);
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        // What Maven has built is to be tested.
        builder.environment().put("MILLRACE_BUILD", "never");
        builder.environment()
                .put(
                        "MILLRACE_JAVA_OPTS",
                        String.join(" ", javaOptions) + " -XX:TieredStopAtLevel=1");
        builder.environment().keySet().removeIf(name -> name.endsWith("_API_KEY"));
        return Running.start(builder, String.join(" ", command));
    }

    /**
     * A process that was started in the background ignores the interrupt, and so do its children
     * unless the signal is set back; GNU's env can do that.
     */
    private static List<String> withSignals() {
        var reset = List.of("env", "--default-signal=INT,TERM");
        var probe = new ArrayList<>(reset);
        probe.add("true");
        try {
            int exit =
                    new ProcessBuilder(probe)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor();
            return exit == 0 ? reset : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
