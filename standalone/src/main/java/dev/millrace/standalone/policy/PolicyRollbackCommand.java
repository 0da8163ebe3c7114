package dev.millrace.standalone.policy;

import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.control.CachePurge;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.standalone.client.ChangeMetadata;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.control.CachePurges;
import dev.millrace.standalone.control.PolicyUpdates;
import dev.millrace.standalone.control.PolicyUpdates.Rollback;
import dev.millrace.standalone.option.ClusterOptions;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace policy rollback}: restores an earlier version. */
@Command(
        name = "rollback",
        sortOptions = false,
        description = "Puts the rules of an earlier version in force as a new version.")
final class PolicyRollbackCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "The policy.")
    private String name = "";

    @Option(
            names = "--to",
            paramLabel = "N",
            description =
                    "Number of the version; default: the previous one. The version before the first"
                            + " is the policy of the configuration.")
    private @Nullable Integer to;

    @Option(
            names = "--purge",
            description =
                    "Also purge the cached answers of the version that is replaced, and those of its"
                            + " last jobs.")
    private boolean purge;

    @Option(names = "--note", paramLabel = "TEXT", description = "The reason, for the history.")
    private @Nullable String note;

    @Option(names = "--json", description = "Print what was done as JSON.")
    private boolean json;

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    private final String purgeId = CachePurges.newId(RandomGenerator.getDefault());

    /** The tripped arms of the restored policy, as of the last attempt to write. */
    private List<TrippedArm> tripped = List.of();

    /** The purge of the last attempt to write; null for none. */
    private @Nullable CachePurge purged;

    @Override
    public Integer call() {
        var target = to == null ? OptionalInt.empty() : OptionalInt.of(to);
        var metadata = ClusterOptions.metadata(note);
        Rollback rollback =
                clusterOptions
                        .client()
                        .write(
                                RandomGenerator.getDefault(),
                                state ->
                                        withPurge(
                                                state,
                                                rollback(state, target, metadata),
                                                metadata));
        if (json) {
            printJson(rollback);
        } else {
            var out = Terminal.system().out();
            PolicyChangeReport.print(List.of(rollback.change()), tripped, out);
            Optional.ofNullable(purged).map(CachePurges::text).ifPresent(out::println);
        }
        return ExitCode.OK;
    }

    private Change<Rollback> rollback(
            ControlState state, OptionalInt target, ChangeMetadata metadata) {
        var rollback =
                PolicyUpdates.rollback(state, name, target, clusterOptions.policies(), metadata);
        tripped = TrippedArm.of(name, rollback.result().to(), state, clusterOptions.catalog());
        return rollback;
    }

    /** Adds the purge of the replaced version to the rollback, if it is wanted. */
    private Change<Rollback> withPurge(
            ControlState state, Change<Rollback> rollback, ChangeMetadata metadata) {
        var replaced = rollback.result().change().before();
        if (!purge || replaced.isEmpty()) {
            return rollback;
        }
        var change =
                CachePurges.purgeVersion(
                        state,
                        purgeId,
                        name,
                        replaced.get(),
                        clusterOptions.config().orElseGet(ConfigLoader::defaults).router().cache(),
                        metadata);
        purged = change.result();
        return new Change<>(
                Stream.concat(rollback.records().stream(), change.records().stream()).toList(),
                rollback.result());
    }

    private void printJson(Rollback rollback) {
        PolicyChangeReport.printJson(
                Terminal.system().out(),
                json -> {
                    json.writeStartObject();
                    PolicyChangeReport.writeFields(rollback.change(), tripped, json);
                    json.writeStringProperty("restored", rollback.restored());
                    Optional.ofNullable(purged)
                            .flatMap(it -> it.filter().routedBy())
                            .ifPresent(it -> json.writeStringProperty("purged", it));
                    json.writeEndObject();
                });
    }
}
