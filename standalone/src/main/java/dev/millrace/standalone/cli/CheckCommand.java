package dev.millrace.standalone.cli;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.standalone.check.LiveCheck;
import dev.millrace.standalone.check.LiveCheck.Outcome;
import dev.millrace.standalone.cli.choice.ConfigChoice;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace check}: one small live call for each key and model. */
@Command(
        name = "check",
        description =
                "Makes one small live call for each key and model in service and says how it went."
                        + " The calls are real: they cost a few tokens each.",
        footer = {
            "",
            "Exit code: 0 every call went well, 3 some failed, 2 wrong usage or configuration,"
                    + " 1 anything else."
        })
final class CheckCommand implements Callable<Integer> {
    @Mixin private ConfigChoice configChoice = new ConfigChoice();

    @Option(names = "--simulate", description = "Call the built-in simulator instead.")
    private boolean simulate;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "Only this model; may be given several times.")
    private List<String> models = List.of();

    CheckCommand() {}

    @Override
    public Integer call() {
        MillraceConfig config = configChoice.load(simulate);
        for (String name : models) {
            if (config.catalog().find(name).filter(config::isInService).isEmpty()) {
                throw UserError.usage("No model \"" + name + "\" is in service");
            }
        }
        Terminal terminal = Terminal.system();
        if (simulate) {
            terminal.sayThatItIsSimulated();
        }
        List<Outcome> outcomes;
        try (var check = LiveCheck.of(config, InstantSource.system(), System::nanoTime)) {
            outcomes = check.callAll(models);
        }
        if (outcomes.isEmpty()) {
            throw UserError.usage("No model is in service: configure a provider");
        }
        outcomes.forEach(it -> terminal.out().println(it.line()));
        return outcomes.stream().allMatch(Outcome::isGood) ? ExitCode.OK : ExitCode.SOME_FAILED;
    }
}
