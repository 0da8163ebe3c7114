package dev.millrace.bench.process;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Starts Java programs with this process's own JVM, options (the launcher's, with its start-up
 * cache) and class path.
 */
public final class ChildJvm {
    private static final String MILLRACE = "dev.millrace.standalone.Main";

    /** When a command was typed; ours was typed long before its children are started. */
    private static final String STARTED = "-Dmillrace.started=";

    private ChildJvm() {}

    private static String secondsNow() {
        Instant now = Instant.now();
        return String.format(Locale.ROOT, "%d.%09d", now.getEpochSecond(), now.getNano());
    }

    /**
     * A {@code millrace} command, not started yet. Its standard error is this process's.
     *
     * @param options more options for the JVM; they come last and win
     */
    public static ProcessBuilder millrace(List<String> options, List<String> arguments) {
        return program(MILLRACE, options, arguments);
    }

    /** Any program on the class path, not started yet. Its standard error is this process's. */
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
     * Runs it to its end.
     *
     * @return what it printed on standard output
     * @throws IOException when it cannot be started or ends with another exit code than 0
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
