package dev.millrace.standalone;

import dev.millrace.standalone.cli.Commands;
import dev.millrace.standalone.log.Logging;
import dev.millrace.standalone.ops.HealthProbe;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Entry point of the command line. */
public final class Main {
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
        Logging.bridge();
        System.exit(Commands.execute(args));
    }
}
