package dev.millrace.standalone.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The launcher script at the root of the project.
 *
 * @param folder working folder of the commands, with their configuration, data directory and output
 */
public record Launcher(Path folder) {
    // Tests run in the folder of their module.
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** The jars that Maven has just built. */
    static final Path HOME =
            Path.of(
                    System.getProperty(
                            "millrace.home",
                            ROOT.resolve("standalone/target/millrace").toString()));

    /** Returns a file in {@code examples}. */
    public static Path example(String name) {
        return ROOT.resolve("examples").resolve(name);
    }

    /** Returns a file or folder at the root of the project. */
    public static Path page(String name) {
        return ROOT.resolve(name);
    }

    /** Runs a command to its end. */
    public Finished run(Object... arguments) {
        return start(arguments).await();
    }

    /**
     * Runs a command to its end.
     *
     * @param size maximum heap size, such as {@code 256m}
     */
    public Finished runInHeap(String size, Object... arguments) {
        return start(List.of("-Xmx" + size), arguments).await();
    }

    /** Runs a command to its end, with an option of the JVM. */
    public Finished runWith(String javaOption, Object... arguments) {
        return start(List.of(javaOption), arguments).await();
    }

    /** Starts a command. */
    public Running start(Object... arguments) {
        return start(List.of(), arguments);
    }

    private Running start(List<String> javaOptions, Object... arguments) {
        StartUpCache.createOnce(ROOT, HOME);
        List<String> command = new ArrayList<>(defaultSignals());
        command.add(ROOT.resolve("millrace").toString());
        Stream.of(arguments).map(Object::toString).forEach(command::add);
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("MILLRACE_HOME", HOME.toString());
        builder.environment()
                .put(
                        "MILLRACE_JAVA_OPTS",
                        String.join(" ", javaOptions) + " -XX:TieredStopAtLevel=1");
        builder.environment().keySet().removeIf(name -> name.endsWith("_API_KEY"));
        return Running.start(builder, String.join(" ", command));
    }

    /**
     * Returns a prefix that restores the default handling of signals. A process that was started in
     * the background ignores SIGINT, and its children inherit this. Empty without GNU env, which
     * can restore the default.
     */
    private static List<String> defaultSignals() {
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
