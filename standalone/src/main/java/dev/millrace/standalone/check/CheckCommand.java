package dev.millrace.standalone.check;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.standalone.catalog.StalePrices;
import dev.millrace.standalone.check.LiveCheck.Findings;
import dev.millrace.standalone.check.LiveCheck.Outcome;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.option.ConfigOption;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace check}: makes one small live call for each key and model. */
@Command(
        name = "check",
        description =
                "Makes one small live call for each key and model in service, and prints each"
                        + " outcome with the model that answered, and the credits left where the"
                        + " provider tells them. The calls are real: each costs a few tokens. Names"
                        + " the models whose prices may be outdated, and the providers that are off"
                        + " for want of a key.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every call succeeded",
            "1:the command failed",
            "2:wrong usage or configuration",
            "3:some calls failed"
        })
public final class CheckCommand implements Callable<Integer> {
    @Mixin private ConfigOption configOption = new ConfigOption();

    @Option(names = "--simulate", description = "Call the built-in simulator instead.")
    private boolean simulate;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "Call only this model, by name or alias; repeatable.")
    private List<String> models = List.of();

    @Override
    public Integer call() {
        MillraceConfig config = configOption.load(simulate).withUncallableProvidersOff();
        for (String name : models) {
            config.modelNames()
                    .problem(name)
                    .ifPresent(
                            problem -> {
                                throw UserError.usage(problem);
                            });
        }
        config.requireAnyInService(config.catalog().models());
        if (config.modelsInService().isEmpty()) {
            throw UserError.usage("No model is in service. Configure a provider");
        }
        Terminal terminal = Terminal.system();
        if (simulate) {
            terminal.announceSimulation();
        }
        config.offText().ifPresent(terminal::say);
        Findings found;
        try (var check = LiveCheck.of(config, InstantSource.system(), System::nanoTime)) {
            found = check.callAll(models);
        }
        List<Outcome> outcomes = found.outcomes();
        outcomes.forEach(it -> terminal.out().println(it.line()));
        found.credits().forEach(it -> terminal.out().println(it.line()));
        if (!simulate) {
            LocalDate today = LocalDate.ofInstant(InstantSource.system().instant(), ZoneOffset.UTC);
            StalePrices.lines(config.modelsInService(), today).forEach(terminal::say);
        }
        return outcomes.stream().allMatch(Outcome::succeeded) ? ExitCode.OK : ExitCode.SOME_FAILED;
    }
}
