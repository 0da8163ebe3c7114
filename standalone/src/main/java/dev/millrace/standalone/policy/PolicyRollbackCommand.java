package dev.millrace.standalone.policy;

import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.control.CachePurge;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.standalone.cache.CacheCommand;
import dev.millrace.standalone.cache.CachePurges;
import dev.millrace.standalone.cache.CacheText;
import dev.millrace.standalone.client.ChangeMetadata;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.option.ClusterOptions;
import dev.millrace.standalone.policy.PolicyUpdates.Rollback;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace policy rollback}: restores an earlier version and verifies that it routes. */
@Command(
        name = "rollback",
        sortOptions = false,
        description =
                "Puts the rules of an earlier version in force as a new version. Then verifies the"
                        + " rollback by the jobs routed from then on.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:only the new version routes jobs, or no job arrived to prove it",
            "1:another version still routes jobs after 30 s, a rule sent a job to a model that it"
                    + " may no longer choose, or the command failed",
            "2:wrong usage; nothing was written"
        })
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
            names = "--verify-for",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = Seconds.class,
            description =
                    "Shortest time to verify, in seconds such as 10s; default: ${DEFAULT-VALUE}. 0s"
                            + " skips the verification.")
    private Duration verifyFor = Duration.ZERO;

    @Option(
            names = "--purge",
            description =
                    "Also purge the cached answers of the version that is replaced, and those of its"
                            + " last jobs.")
    private boolean purge;

    @Option(names = "--note", paramLabel = "TEXT", description = "The reason, for the history.")
    private @Nullable String note;

    @Option(names = "--json", description = "Print what was done and seen as JSON.")
    private boolean json;

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    private final String purgeId = CacheCommand.purgeId(RandomGenerator.getDefault());

    /** The tripped arms of the restored policy, as of the last attempt to write. */
    private List<TrippedArm> tripped = List.of();

    /** The purge of the last attempt to write; null for none. */
    private @Nullable CachePurge purged;

    /** Parses a duration in seconds, such as {@code 10s}. */
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
        var metadata = ClusterOptions.metadata(note);
        var verifier =
                new RollbackVerifier(
                        clusterOptions.client(),
                        clusterOptions.catalog(),
                        System::nanoTime,
                        RandomGenerator.getDefault());
        var written = new AtomicReference<Rollback>();
        var outcome =
                verifier.run(
                        state -> withPurge(state, rollback(state, target, metadata), metadata),
                        rollback -> {
                            written.set(rollback);
                            announce(rollback);
                        },
                        verifyFor);
        report(written.get(), outcome);
        return outcome.isInForce() ? ExitCode.OK : ExitCode.FAILURE;
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

    private void announce(Rollback rollback) {
        if (!json) {
            var out = Terminal.system().out();
            PolicyChangeReport.print(List.of(rollback.change()), tripped, out);
            Optional.ofNullable(purged).map(CacheText::of).ifPresent(out::println);
        }
    }

    private void report(Rollback rollback, RollbackOutcome outcome) {
        var out = Terminal.system().out();
        if (json) {
            RollbackReport.printJson(rollback, tripped, Optional.ofNullable(purged), outcome, out);
        } else if (verifyFor.isPositive()) {
            RollbackReport.print(rollback, outcome, out);
        }
    }
}
