package dev.millrace.standalone.cli.control;

import dev.millrace.contracts.control.PolicyReader;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.control.PolicyDecisions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace policy apply}: puts the policies of a file in force. */
@Command(
        name = "apply",
        sortOptions = false,
        description =
                "Puts the policies of a file in force, within a second and without a restart. A"
                        + " policy that has not changed gets no new version.",
        footer = {
            "",
            "Exit code: 0 they are in force, 2 wrong usage or a policy that is refused: nothing is"
                    + " written then, 1 anything else."
        })
final class PolicyApplyCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "FILE",
            description = "A file with a policies block; a whole configuration will do.")
    private Path file = Path.of("");

    @Option(names = "--note", paramLabel = "TEXT", description = "Why, for the history.")
    private @Nullable String note;

    @Option(names = "--json", description = "Print the changes as JSON.")
    private boolean json;

    @Mixin private ClusterChoice clusterChoice = new ClusterChoice();

    PolicyApplyCommand() {}

    @Override
    public Integer call() {
        var wanted = PolicyReader.load(file, clusterChoice.catalog());
        var stamp = ClusterChoice.stamp(note);
        var changes =
                clusterChoice
                        .cluster()
                        .write(
                                RandomGenerator.getDefault(),
                                state ->
                                        PolicyDecisions.apply(
                                                state, wanted, clusterChoice.policies(), stamp));
        var out = Terminal.system().out();
        if (json) {
            ChangeReport.printJson(changes, out);
        } else {
            ChangeReport.print(changes, out);
        }
        wanted.keySet().stream()
                .flatMap(
                        it -> PolicyWords.askedByNobody(it, clusterChoice.defaultPolicy()).stream())
                .forEach(it -> Terminal.system().say(it));
        return ExitCode.OK;
    }
}
