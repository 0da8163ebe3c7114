package dev.millrace.standalone.policy;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.standalone.client.ChangeMetadata;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.control.PolicyChange;
import dev.millrace.standalone.control.PolicyUpdates;
import dev.millrace.standalone.option.ClusterOptions;
import dev.millrace.standalone.option.PolicyFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
                "Puts the policies of a file in force within a second, without a restart. An"
                        + " unchanged policy gets no new version.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the policies are in force",
            "1:the command failed",
            "2:wrong usage or an invalid policy; nothing was written"
        })
final class PolicyApplyCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "FILE",
            description = "A file with a policies block, such as a whole configuration.")
    private Path file = Path.of("");

    @Option(names = "--note", paramLabel = "TEXT", description = "The reason, for the history.")
    private @Nullable String note;

    @Option(names = "--json", description = "Print the changes as JSON.")
    private boolean json;

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    @Override
    public Integer call() {
        var wanted = PolicyFile.load(file, clusterOptions.catalog());
        var metadata = ClusterOptions.metadata(note);
        var catalog = clusterOptions.catalog();
        var applied =
                clusterOptions
                        .client()
                        .write(
                                RandomGenerator.getDefault(),
                                state -> apply(state, wanted, catalog, metadata));
        var out = Terminal.system().out();
        if (json) {
            PolicyChangeReport.printJson(applied.changes, applied.tripped, out);
        } else {
            PolicyChangeReport.print(applied.changes, applied.tripped, out);
        }
        wanted.keySet().stream()
                .flatMap(
                        it ->
                                PolicyDescription.unusedNote(it, clusterOptions.defaultPolicy())
                                        .stream())
                .forEach(it -> Terminal.system().say(it));
        return ExitCode.OK;
    }

    private record Applied(List<PolicyChange> changes, List<TrippedArm> tripped) {}

    private Change<Applied> apply(
            ControlState state,
            Map<String, Policy> wanted,
            Catalog catalog,
            ChangeMetadata metadata) {
        var change = PolicyUpdates.apply(state, wanted, clusterOptions.policies(), metadata);
        return new Change<>(
                change.records(),
                new Applied(change.result(), TrippedArm.of(wanted, state, catalog)));
    }
}
