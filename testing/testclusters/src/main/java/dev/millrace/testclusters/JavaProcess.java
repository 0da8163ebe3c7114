package dev.millrace.testclusters;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the command line of a program in a child JVM, with the class path of this JVM and options
 * for a fast start. Suspends and resumes child JVMs.
 */
public final class JavaProcess {
    /** Environment variable with the file in which the launcher counts the JVMs of a test run. */
    private static final String STARTS = "MILLRACE_STARTS";

    private JavaProcess() {}

    /**
     * Returns the command, and counts it as a start.
     *
     * @param heap maximum size of the heap, such as {@code 256m}
     */
    public static List<String> command(String heap, Class<?> program, String... arguments) {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx" + heap,
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--sun-misc-unsafe-memory-access=allow",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                program.getName()));
        command.addAll(List.of(arguments));
        count(program.getSimpleName());
        return command;
    }

    /** Suspends all threads of a process, as SIGSTOP does. */
    public static void suspend(Process process) throws IOException {
        signal(process, "STOP");
    }

    /** Resumes a suspended process. */
    public static void resume(Process process) throws IOException {
        signal(process, "CONT");
    }

    private static void signal(Process process, String name) throws IOException {
        int exit =
                new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .inheritIO()
                        .start()
                        .onExit()
                        .join()
                        .exitValue();
        if (exit != 0 && process.isAlive()) {
            throw new IOException("kill -" + name + " ended with " + exit);
        }
    }

    private static void count(String program) {
        String starts = System.getenv(STARTS);
        if (starts != null) {
            try {
                Files.writeString(
                        Path.of(starts),
                        program + "\n",
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
