package dev.millrace.bench.process;

import dev.millrace.bench.measurement.WorkFolder;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Commands of Java programs with the JVM, options and class path of this process. The options are
 * the launcher's, including its start-up cache.
 */
public final class ChildJvm {
    private static final String MILLRACE = "dev.millrace.standalone.Main";

    /**
     * System property with the start time of a command. Each child gets its own start time, because
     * this process started much earlier.
     */
    private static final String STARTED = "-Dmillrace.started=";

    private ChildJvm() {}

    /**
     * Returns the process of a {@code millrace} command.
     *
     * @param name base name of its log files
     * @param options additional JVM options; they come last and take precedence
     */
    public static ProcessBuilder millrace(
            WorkFolder folder, String name, List<String> options, List<String> arguments) {
        return program(folder, name, MILLRACE, options, arguments);
    }

    /**
     * Returns the process of a program on the class path. Its standard error and the log of its
     * garbage collector are files in the folder.
     */
    public static ProcessBuilder program(
            WorkFolder folder,
            String name,
            String mainClass,
            List<String> options,
            List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith(STARTED))
                .forEach(command::add);
        Instant now = Instant.now();
        command.add(
                String.format(
                        Locale.ROOT, "%s%d.%09d", STARTED, now.getEpochSecond(), now.getNano()));
        command.addAll(options);
        command.add(PeakMemory.heapOption(gcLog(folder, name)));
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(mainClass);
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectError(errorLog(folder, name).toFile());
    }

    static Path errorLog(WorkFolder folder, String name) {
        return folder.file(name + ".log");
    }

    static Path gcLog(WorkFolder folder, String name) {
        return folder.file(name + ".gc.log");
    }
}
