package dev.millrace.standalone.budget;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.control.LimitChanges;
import dev.millrace.standalone.option.ClusterOptions;
import dev.millrace.standalone.option.CommandGroup;
import dev.millrace.standalone.option.UsdAmount;
import dev.millrace.standalone.status.BudgetJson;
import dev.millrace.standalone.status.BudgetStatus;
import dev.millrace.standalone.status.BudgetText;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace budget}: groups the commands on budgets. */
@Command(
        name = "budget",
        description = "Shows and changes the budgets of a running pipeline.",
        subcommands = {
            BudgetCommand.ListBudgets.class,
            BudgetCommand.SetLimit.class,
            BudgetCommand.ClearLimit.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class BudgetCommand extends CommandGroup {
    /** {@code millrace budget list}: shows limits, spent and reserved money, and waiting jobs. */
    @Command(
            name = "list",
            sortOptions = false,
            description =
                    "Shows the limit, the spent and the reserved money of each budget, how many"
                            + " jobs wait for money or were rejected, and the limits that were set.")
    static final class ListBudgets implements Callable<Integer> {
        @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

        @Option(names = "--json", description = "Print one JSON object.")
        private boolean asJson;

        ListBudgets() {}

        @Override
        public Integer call() {
            ControlState control = clusterOptions.client().read();
            var budgets = BudgetStatus.all(control, InstantSource.system().instant());
            SortedMap<ControlKey.Limit, BudgetLimit> limits =
                    new TreeMap<>(Comparator.comparing(ControlKey.Limit::text));
            limits.putAll(control.budgets().limits());
            var out = Terminal.system().out();
            if (asJson) {
                out.println(BudgetJson.of(budgets, limits));
                return ExitCode.OK;
            }
            BudgetText.lines(budgets, limits).forEach(out::println);
            return ExitCode.OK;
        }
    }

    /** {@code millrace budget set}: raises or lowers a limit. */
    @Command(
            name = "set",
            sortOptions = false,
            description =
                    "Sets the limit of a budget, instead of the limit of the configuration or of the"
                            + " submission. A higher limit releases jobs that wait for money; a lower"
                            + " one, and the first, hold for all calls that have not started.")
    static final class SetLimit implements Callable<Integer> {
        @Mixin private BudgetTarget budgetTarget = new BudgetTarget();

        @Option(
                names = "--limit-usd",
                required = true,
                paramLabel = "USD",
                converter = UsdAmount.class,
                description = "The limit in US dollars, such as 2.50; a tenant's, in each period.")
        private BigDecimal limitUsd = BigDecimal.ZERO;

        SetLimit() {}

        @Override
        public Integer call() {
            ControlKey.Limit key = budgetTarget.key();
            BudgetLimit limit = ClusterOptions.limit(limitUsd);
            budgetTarget
                    .clusterOptions()
                    .client()
                    .write(
                            RandomGenerator.getDefault(),
                            state -> LimitChanges.set(state, List.of(key), limit));
            Terminal.system().out().println(BudgetText.of(key, limit));
            return ExitCode.OK;
        }
    }

    /** {@code millrace budget clear}: removes a limit that was set. */
    @Command(
            name = "clear",
            sortOptions = false,
            description =
                    "Removes the limit that \"budget set\" or --max-cost-usd has set, so that the"
                            + " limit of the configuration or of the submission applies again.")
    static final class ClearLimit implements Callable<Integer> {
        @Mixin private BudgetTarget budgetTarget = new BudgetTarget();

        ClearLimit() {}

        @Override
        public Integer call() {
            ControlKey.Limit key = budgetTarget.key();
            boolean wasSet =
                    budgetTarget
                            .clusterOptions()
                            .client()
                            .write(
                                    RandomGenerator.getDefault(),
                                    state -> LimitChanges.clear(state, key));
            Terminal.system()
                    .out()
                    .println(
                            (wasSet ? "cleared: limit of " : "was not set: limit of ")
                                    + BudgetText.owner(key));
            return ExitCode.OK;
        }
    }
}
