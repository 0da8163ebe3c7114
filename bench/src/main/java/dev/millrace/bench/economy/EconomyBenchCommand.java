package dev.millrace.bench.economy;

import dev.millrace.bench.process.WorkFolderOption;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace bench economy}: compares the cost of three ways to answer customers. */
@Command(
        name = "economy",
        sortOptions = false,
        description =
                "Measures what routing and the answer cache save on a day of customer service.",
        footer = {
            "",
            "Exit code: 0 when all questions are answered and each cost equals the bill, 1"
                    + " otherwise."
        })
public final class EconomyBenchCommand implements Callable<Integer> {
    private static final long MAX_QUESTIONS = 10_000_000;

    @Option(
            names = "--questions",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Number of questions; default: ${DEFAULT-VALUE}.")
    private long questions;

    @Option(
            names = "--mix",
            paramLabel = "MIX",
            defaultValue = "repeats",
            description = {
                "What the customers ask: repeats (questions of all lengths, many of them again word"
                        + " for word) or paraphrases (short questions, many of them again in other"
                        + " words); default: ${DEFAULT-VALUE}."
            })
    private Mix mix = Mix.REPEATS;

    @Mixin private WorkFolderOption folderOption = new WorkFolderOption();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    EconomyBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (questions < 1 || questions > MAX_QUESTIONS) {
            throw UserError.usage(
                    "--questions must be 1 to " + MAX_QUESTIONS + ", was " + questions);
        }
        Terminal terminal = Terminal.system();
        try (var folder = folderOption.open()) {
            EconomyFigures figures = new EconomyBench(mix, questions, folder, terminal).measure();
            terminal.out().print(json ? figures.json() + "\n" : figures.text());
            terminal.out().flush();
            return figures.isGood() ? ExitCode.OK : ExitCode.FAILURE;
        }
    }
}
