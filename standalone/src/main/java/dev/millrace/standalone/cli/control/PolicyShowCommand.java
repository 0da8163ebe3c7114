package dev.millrace.standalone.cli.control;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.EffectivePolicy;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.status.ControlNow;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace policy show}: the policies in force, where ramps are, what guards have done. */
@Command(
        name = "show",
        sortOptions = false,
        description =
                "Shows the policies in force, where their ramps are, and what guards have done.")
final class PolicyShowCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "NAME", description = "Only this policy.")
    private @Nullable String name;

    @Option(names = "--json", description = "Print them as JSON.")
    private boolean json;

    @Mixin private ClusterChoice clusterChoice = new ClusterChoice();

    PolicyShowCommand() {}

    @Override
    public Integer call() {
        var state = clusterChoice.cluster().read();
        var all = EffectivePolicy.all(state, clusterChoice.policies());
        if (name != null && !all.containsKey(name)) {
            throw UserError.usage("There is no policy " + name + ", only " + all.keySet());
        }
        var shown = name == null ? all : Map.of(name, all.get(name));
        if (json) {
            var now =
                    ControlNow.of(
                            state,
                            clusterChoice.policies(),
                            clusterChoice.defaultPolicy(),
                            clusterChoice.catalog());
            PolicyJson.print(shown, now, Terminal.system().out());
        } else {
            Terminal.system().out().println("policies:");
            shown.forEach((each, policy) -> print(each, policy, state));
            sayOrders(state);
            state.unreadableVersionsMessage().ifPresent(it -> Terminal.system().say(it));
        }
        return ExitCode.OK;
    }

    private void print(String name, EffectivePolicy policy, ControlState state) {
        var out = Terminal.system().out();
        out.println("  # " + name + " " + policy.version() + ", " + PolicyWords.origin(policy));
        PolicyWords.askedByNobody(name, clusterChoice.defaultPolicy())
                .ifPresent(line -> out.println("  # " + line));
        PolicyWords.progress(name, policy, state, clusterChoice.catalog())
                .forEach(line -> out.println("  # " + line));
        out.println("  " + name + ":");
        policy.policy().text().lines().forEach(line -> out.println("    " + line));
    }

    /** What holds beside the policies. */
    private static void sayOrders(ControlState state) {
        state.orders().entrySet().stream()
                .map(order -> PolicyWords.order(order.getKey(), order.getValue()))
                .sorted()
                .forEach(line -> Terminal.system().say(line));
    }
}
