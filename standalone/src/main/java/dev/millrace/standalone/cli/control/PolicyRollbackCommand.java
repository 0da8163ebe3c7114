package dev.millrace.standalone.cli.control;

import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.control.PolicyDecisions;
import dev.millrace.standalone.control.PolicyDecisions.Rollback;
import dev.millrace.standalone.control.RollbackWatch;
import dev.millrace.standalone.control.RolledBack;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace policy rollback}: the rules of an earlier version again, and seen to hold. */
@Command(
        name = "rollback",
        sortOptions = false,
        description =
                "Puts the rules of an earlier version in force, as a new version, and counts by the"
                        + " jobs that come from then on whether it holds.",
        footer = {
            "",
            "Exit code: 0 the new version alone decides, or no job came to show it, 1 after 30 s another"
                    + " one still does, or a model gets jobs by a rule that may no longer choose it,"
                    + " or anything else, 2 wrong usage: nothing is written then."
        })
final class PolicyRollbackCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "The policy.")
    private String name = "";

    @Option(
            names = "--to",
            paramLabel = "N",
            description =
                    "Number of the version; default: the one before that in force, and before the"
                            + " first one the configuration's.")
    private @Nullable Integer to;

    @Option(
            names = "--verify-for",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = Seconds.class,
            description =
                    "How long to count at the least, such as 10s; default: ${DEFAULT-VALUE}. 0s does"
                            + " not count.")
    private Duration verifyFor = Duration.ZERO;

    @Option(names = "--note", paramLabel = "TEXT", description = "Why, for the history.")
    private @Nullable String note;

    @Option(names = "--json", description = "Print what was done and seen as JSON.")
    private boolean json;

    @Mixin private ClusterChoice clusterChoice = new ClusterChoice();

    PolicyRollbackCommand() {}

    /** Reads {@code 10s}. */
    static final class Seconds implements CommandLine.ITypeConverter<Duration> {
        Seconds() {}

        @Override
        public Duration convert(String text) {
            if (!text.matches("\\d{1,6}s")) {
                throw new CommandLine.TypeConversionException("must be seconds such as 10s");
            }
            return Duration.ofSeconds(Long.parseLong(text.substring(0, text.length() - 1)));
        }
    }

    @Override
    public Integer call() {
        var target = to == null ? OptionalInt.empty() : OptionalInt.of(to);
        var stamp = ClusterChoice.stamp(note);
        var watch =
                new RollbackWatch(
                        clusterChoice.cluster(),
                        clusterChoice.catalog(),
                        System::nanoTime,
                        RandomGenerator.getDefault());
        var done = new AtomicReference<Rollback>();
        var seen =
                watch.run(
                        state ->
                                PolicyDecisions.rollback(
                                        state, name, target, clusterChoice.policies(), stamp),
                        rollback -> {
                            done.set(rollback);
                            announce(rollback);
                        },
                        verifyFor);
        report(done.get(), seen);
        return seen.inForce() ? ExitCode.OK : ExitCode.FAILURE;
    }

    private void announce(Rollback rollback) {
        if (!json) {
            ChangeReport.print(List.of(rollback.change()), Terminal.system().out());
        }
    }

    private void report(Rollback rollback, RolledBack seen) {
        var out = Terminal.system().out();
        if (json) {
            RollbackReport.printJson(rollback, seen, out);
        } else if (verifyFor.isPositive()) {
            RollbackReport.print(rollback, seen, out);
        }
    }
}
