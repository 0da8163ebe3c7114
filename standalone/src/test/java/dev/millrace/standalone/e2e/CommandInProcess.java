package dev.millrace.standalone.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.standalone.cli.Commands;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.stream.Stream;

/**
 * Runs commands in the test's JVM, which saves a JVM start. Only for commands that end by
 * themselves. Their arguments must name absolute paths, because the JVM has its own working folder.
 */
final class CommandInProcess {
    private CommandInProcess() {}

    static Finished run(Object... arguments) {
        String[] words = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
        PrintStream systemOut = System.out;
        PrintStream systemErr = System.err;
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, UTF_8));
        System.setErr(new PrintStream(err, true, UTF_8));
        try {
            int exitCode = Commands.execute(words);
            return new Finished(
                    String.join(" ", words), exitCode, out.toString(UTF_8), err.toString(UTF_8));
        } finally {
            System.setOut(systemOut);
            System.setErr(systemErr);
        }
    }
}
