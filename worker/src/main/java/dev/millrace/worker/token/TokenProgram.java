package dev.millrace.worker.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.configuration.Secret;
import dev.millrace.configuration.TokenCommand;
import dev.millrace.worker.call.Redaction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/** Runs a command that prints a token, without a shell, on the caller's thread. */
final class TokenProgram {
    /**
     * Wait for the end of the output after the end of the program, whose children can keep it open.
     */
    private static final Duration END_OF_OUTPUT = Duration.ofSeconds(1);

    private static final int MAX_OUTPUT_BYTES = 64 << 10;
    private static final int MAX_SHOWN_CHARS = 200;

    /** Long words, which can be secrets, and what terminals do not show. */
    private static final Pattern HIDDEN = Pattern.compile("[\\w+=-]{20,}+|[\\p{Cntrl}\\p{Cf}]++");

    private TokenProgram() {}

    /**
     * Runs the command.
     *
     * @param longest time after which the program is killed
     * @param now the present time
     * @throws IllegalStateException if a secret of the command is not set
     */
    static PrintedToken run(TokenCommand command, Duration longest, Instant now) {
        List<String> words = command.command().stream().map(Secret::reveal).toList();
        Process process;
        try {
            process = new ProcessBuilder(words).start();
        } catch (IOException e) {
            return new PrintedToken.Problem(
                    "cannot be started; install the program, or name it with its whole path");
        }
        var output = new ByteArrayOutputStream();
        var errors = new ByteArrayOutputStream();
        List<Thread> readers =
                List.of(
                        read(process.getInputStream(), output),
                        read(process.getErrorStream(), errors));
        try {
            process.getOutputStream().close();
            if (!process.waitFor(longest)) {
                return new PrintedToken.Problem(
                        "has not ended after " + longest.toSeconds() + " s");
            }
            for (Thread reader : readers) {
                var _ = reader.join(END_OF_OUTPUT);
            }
        } catch (IOException | InterruptedException e) {
            return new PrintedToken.Problem("was interrupted");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        int exitCode = process.exitValue();
        PrintedToken printed =
                exitCode == 0
                        ? TokenReader.read(output.toString(UTF_8), now)
                        : new PrintedToken.Problem("has failed");
        return printed instanceof PrintedToken.Problem(String problem)
                ? new PrintedToken.Problem(
                        "%s (exit code %d)%s"
                                .formatted(
                                        problem, exitCode, shown(errors.toString(UTF_8), command)))
                : printed;
    }

    private static Thread read(InputStream in, ByteArrayOutputStream beginning) {
        return Thread.startVirtualThread(
                () -> {
                    byte[] part = new byte[MAX_OUTPUT_BYTES / 8];
                    try (in) {
                        for (int read = in.read(part); read >= 0; read = in.read(part)) {
                            if (beginning.size() < MAX_OUTPUT_BYTES) {
                                beginning.write(part, 0, read);
                            }
                        }
                    } catch (IOException e) {
                        // The process was killed.
                    }
                });
    }

    /** Returns the first line of the error output, without anything that can be a secret. */
    private static String shown(String errors, TokenCommand command) {
        String line = errors.strip().lines().findFirst().orElse("");
        List<Secret> arguments = command.command().subList(1, command.command().size());
        String safe = HIDDEN.matcher(Redaction.redacted(line, arguments)).replaceAll("***");
        return safe.isEmpty()
                ? ""
                : ": " + safe.substring(0, Math.min(safe.length(), MAX_SHOWN_CHARS));
    }
}
