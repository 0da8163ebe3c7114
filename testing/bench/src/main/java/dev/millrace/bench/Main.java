package dev.millrace.bench;

import dev.millrace.bench.economy.EconomyBenchCommand;
import dev.millrace.bench.gateway.GatewayBenchCommand;
import dev.millrace.bench.load.RunBenchCommand;
import dev.millrace.bench.quota.QuotaBenchCommand;
import dev.millrace.bench.router.RouterBenchCommand;
import dev.millrace.bench.start.StartBenchCommand;
import dev.millrace.bench.torture.TortureCommand;
import dev.millrace.standalone.cli.CommandErrorHandler;
import dev.millrace.standalone.log.Logging;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of {@code millrace bench} and {@code millrace torture}. */
@Command(
        name = "millrace bench",
        mixinStandardHelpOptions = true,
        description = "Measures Millrace on this machine.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            StartBenchCommand.class,
            RunBenchCommand.class,
            RouterBenchCommand.class,
            QuotaBenchCommand.class,
            EconomyBenchCommand.class,
            GatewayBenchCommand.class,
            TortureCommand.class
        })
public final class Main implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    /** Warns of each call that a simulated outage interrupts. */
    private static final Logger WEB_SERVER = Logger.getLogger("io.helidon.webserver");

    private Main() {}

    /** Runs one measurement and exits the process with its exit code. */
    public static void main(String[] args) {
        // Numbers in output, JSON and SQL must not depend on the language of the user.
        Locale.setDefault(Locale.ROOT);
        Logging.bridge();
        WEB_SERVER.setLevel(Level.OFF);
        System.exit(execute(args));
    }

    /** Runs one measurement and returns its exit code. */
    public static int execute(String... arguments) {
        var errorHandler = new CommandErrorHandler();
        return line().setExecutionExceptionHandler(errorHandler)
                .setExitCodeExceptionMapper(errorHandler)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .execute(arguments);
    }

    /** Returns all measurements with their options. */
    static CommandLine line() {
        var line = new CommandLine(new Main());
        line.getSubcommands()
                .values()
                .forEach(command -> command.getCommandSpec().mixinStandardHelpOptions(true));
        return line;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Missing command: name the measurement to run");
    }
}
