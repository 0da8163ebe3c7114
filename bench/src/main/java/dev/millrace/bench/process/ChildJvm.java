package dev.millrace.bench.process;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Starts Java programs with the JVM, options and class path of this process. The options are the
 * launcher's, including its start-up cache.
 */
public final class ChildJvm {
    private static final String MILLRACE = "dev.millrace.standalone.Main";

    /**
     * System property with the start time of a command. Each child gets its own start time, because
     * this process started much earlier.
     */
    private static final String STARTED = "-Dmillrace.started=";

    private ChildJvm() {}

    private static String secondsNow() {
        Instant now = Instant.now();
        return String.format(Locale.ROOT, "%d.%09d", now.getEpochSecond(), now.getNano());
    }

    /**
     * Returns a builder for the process of a {@code millrace} command, which inherits this
     * process's standard error.
     *
     * @param options additional JVM options; they come last and take precedence
     */
    public static ProcessBuilder millrace(List<String> options, List<String> arguments) {
        return program(MILLRACE, options, arguments);
    }

    /**
     * Returns a builder for the process of a program on the class path, which inherits this
     * process's standard error.
     */
    public static ProcessBuilder program(
            String mainClass, List<String> options, List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith(STARTED))
                .forEach(command::add);
        command.add(STARTED + secondsNow());
        command.addAll(options);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(mainClass);
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    /**
     * Runs a program to its end.
     *
     * @return the program's standard output
     * @throws IOException when the program cannot be started or its exit code is not 0
     */
    public static String outputOf(ProcessBuilder program) throws IOException, InterruptedException {
        Process process = program.start();
        try (var output = process.inputReader()) {
            String text = output.readAllAsString();
            int exitCode = process.waitFor();
            if (exitCode != 0) {
                throw new IOException(
                        "a measured process ended with exit code " + exitCode + ": " + text);
            }
            return text;
        } finally {
            process.destroyForcibly();
        }
    }
}
