package dev.millrace.standalone;

import dev.millrace.standalone.cli.Commands;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.log.Logging;
import dev.millrace.standalone.ops.HealthProbe;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Entry point of the command line. */
public final class Main {
    /** The character that the JVM has in place of bytes that it cannot read. */
    private static final String UNREADABLE = "\uFFFD";

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        // Numbers in output, JSON and SQL must not depend on the language of the user.
        Locale.setDefault(Locale.ROOT);
        // Containers probe the health every few seconds, so this command loads neither parser nor
        // log.
        Optional<HealthProbe> probe = HealthProbe.of(List.of(args), System.getenv());
        if (probe.isPresent()) {
            System.exit(probe.get().report(System.out));
        }
        requireReadableNames(args);
        Logging.bridge();
        System.exit(Commands.execute(args));
    }

    /**
     * Ends the process if the JVM could not read an argument or the name of the current folder in
     * the locale: every file of such a name would be missing. The launcher sets a locale.
     */
    private static void requireReadableNames(String[] args) {
        boolean isReadable =
                Stream.concat(Stream.of(args), Stream.of(System.getProperty("user.dir")))
                        .noneMatch(it -> it.contains(UNREADABLE));
        if (!isReadable) {
            System.err.println(
                    "An argument or the current folder has characters that the locale of this"
                            + " process does not have. Set LC_ALL=C.UTF-8, or start Millrace with its"
                            + " launcher.");
            System.exit(ExitCode.USAGE);
        }
    }
}
