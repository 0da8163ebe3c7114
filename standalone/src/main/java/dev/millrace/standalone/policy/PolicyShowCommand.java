package dev.millrace.standalone.policy;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.VersionedPolicy;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.control.OperatorCommandText;
import dev.millrace.standalone.option.ClusterOptions;
import dev.millrace.standalone.status.ControlStatus;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace policy show}: shows the policies in force, their ramps and tripped arms. */
@Command(
        name = "show",
        sortOptions = false,
        description = "Shows the policies in force, with the state of their ramps and guards.")
final class PolicyShowCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "NAME", description = "Show only this policy.")
    private @Nullable String name;

    @Option(names = "--json", description = "Print the policies as JSON.")
    private boolean json;

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    @Override
    public Integer call() {
        var now = InstantSource.system().instant();
        var state = clusterOptions.client().read().inEffect(now);
        var all = VersionedPolicy.all(state, clusterOptions.policies());
        if (name != null && !all.containsKey(name)) {
            throw UserError.usage(
                    "There is no policy "
                            + name
                            + ". Policies: "
                            + String.join(", ", all.keySet()));
        }
        var shown = name == null ? all : Map.of(name, all.get(name));
        if (json) {
            var status =
                    ControlStatus.of(
                            state,
                            clusterOptions.policies(),
                            clusterOptions.defaultPolicy(),
                            clusterOptions.catalog(),
                            now);
            PolicyJson.print(shown, status, Terminal.system().out());
        } else {
            Terminal.system().out().println("policies:");
            shown.forEach((each, policy) -> print(each, policy, state));
            sayOperatorCommands(state);
            state.unreadableVersionsMessage().ifPresent(it -> Terminal.system().say(it));
        }
        return ExitCode.OK;
    }

    private void print(String name, VersionedPolicy policy, ControlState state) {
        var out = Terminal.system().out();
        out.println(
                "  # " + name + " " + policy.version() + ", " + PolicyDescription.origin(policy));
        PolicyDescription.unusedNote(name, clusterOptions.defaultPolicy())
                .ifPresent(line -> out.println("  # " + line));
        PolicyDescription.rampsAndTrips(name, policy, state, clusterOptions.catalog())
                .forEach(line -> out.println("  # " + line));
        out.println("  " + name + ":");
        policy.policy().text().lines().forEach(line -> out.println("    " + line));
    }

    /** Prints pauses and cancellations to standard error. */
    private static void sayOperatorCommands(ControlState state) {
        state.commands().entrySet().stream()
                .filter(it -> !(it.getKey() instanceof ControlKey.BreakerReset))
                .map(it -> OperatorCommandText.of(it.getKey(), it.getValue()))
                .sorted()
                .forEach(line -> Terminal.system().say(line));
    }
}
