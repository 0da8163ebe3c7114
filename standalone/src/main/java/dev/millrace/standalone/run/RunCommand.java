package dev.millrace.standalone.run;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.RequestTopicConfig;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.StopSignals;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.forecast.AdmissionOption;
import dev.millrace.standalone.forecast.EarlierResults;
import dev.millrace.standalone.option.BatchFileArguments;
import dev.millrace.standalone.option.BuyOption;
import dev.millrace.standalone.option.ClusterOptions;
import dev.millrace.standalone.option.ConfigOption;
import dev.millrace.standalone.option.DataDirectoryOption;
import dev.millrace.standalone.option.UsdAmount;
import dev.millrace.standalone.pipeline.Pipeline;
import dev.millrace.standalone.pipeline.PipelinePart;
import dev.millrace.standalone.result.OutputFile;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace run}: runs batch files through an embedded pipeline. */
@Command(
        name = "run",
        sortOptions = false,
        description = "Runs batch files through an embedded pipeline and writes the results.",
        footer = {
            "",
            "Repeat the command to continue a stopped run. Lines that have an answer are not sent"
                    + " again."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every job succeeded",
            "1:the run failed",
            "2:wrong usage or configuration, or --reuse or --no-reuse is needed",
            "3:some jobs failed or became dead letters",
            "4:every unfinished job waits for money",
            "130, 143:stopped by Ctrl-C or SIGTERM"
        })
public final class RunCommand implements Callable<Integer> {
    @Mixin private BatchFileArguments batchFiles = new BatchFileArguments();

    @Mixin private ConfigOption configOption = new ConfigOption();

    @Option(
            names = "--simulate",
            description = "Answer every model from the built-in simulator: no provider, no cost.")
    private boolean simulate;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "File for the results, compressed if its name ends with .gz or .zst; - for standard"
                            + " output, with the summary on standard error; default:"
                            + " NAME.results.jsonl for NAME.jsonl.")
    private @Nullable Path output;

    @Option(
            names = "--json",
            description = "Print the summary as one JSON object on standard output.")
    private boolean json;

    @Option(
            names = "--dry-run",
            description =
                    "Make no call. Print models, estimated tokens, expected and worst-case cost,"
                            + " and every problem.")
    private boolean dryRun;

    @Option(
            names = "--max-cost-usd",
            paramLabel = "USD",
            converter = UsdAmount.class,
            description =
                    "Limit for the cost of the batch, earlier runs included, such as 2.50. Then the"
                            + " other jobs wait; repeat the command with a higher limit to continue.")
    private @Nullable BigDecimal maxCostUsd;

    @Mixin private BuyOption buyOption = new BuyOption();

    @Mixin private AdmissionOption admission = new AdmissionOption();

    @Option(names = "--limit", paramLabel = "N", description = "Read only the first N lines.")
    private long limit = Long.MAX_VALUE;

    @Option(names = "--retry-failed", description = "Send failed jobs of earlier runs again.")
    private boolean retryFailed;

    @Option(
            names = "--reuse",
            paramLabel = "BATCH",
            description =
                    "Give the lines of a new file the answers that this batch of an earlier run has"
                            + " for equal lines. Other lines are called. Not with --limit.")
    private @Nullable String reuse;

    @Option(
            names = "--no-reuse",
            description = "Call every line of a new file, even if an earlier batch has its answer.")
    private boolean noReuse;

    @Option(
            names = "--dashboard",
            description = "Keep the dashboard open after the summary, until Ctrl-C.")
    private boolean dashboard;

    @Mixin private DataDirectoryOption dataDirectoryOption = new DataDirectoryOption();

    @Option(
            names = "--fresh",
            description = "Clear the data directory first. Every line is sent and paid for again.")
    private boolean fresh;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (limit < 1) {
            throw UserError.usage("--limit must be at least 1, was " + limit);
        }
        admission.check();
        if (maxCostUsd != null && batchFiles.files().size() > 1) {
            throw UserError.usage(
                    "--max-cost-usd limits one batch, and each file is a batch. Name one file");
        }
        if (reuse != null && batchFiles.files().size() > 1) {
            throw UserError.usage("--reuse gives answers to one file. Name one file");
        }
        if (reuse != null && limit != Long.MAX_VALUE) {
            throw UserError.usage(
                    "--reuse gives answers to a whole file. Leave out --limit, or run a copy of"
                            + " its first lines");
        }
        if (reuse != null && (noReuse || fresh)) {
            throw UserError.usage(
                    "--reuse cannot be combined with " + (noReuse ? "--no-reuse" : "--fresh"));
        }
        if (dashboard && dryRun) {
            throw UserError.usage("--dry-run runs no pipeline that --dashboard could show");
        }
        Terminal terminal = Terminal.system();
        MillraceConfig config =
                configOption
                        .within(Pipeline.heapShare(PipelinePart.ofBatchRun()))
                        .load(simulate)
                        .withUncallableProvidersOff();
        if (!config.isEmbedded()) {
            throw UserError.usage(
                    "\"millrace run\" uses an embedded broker, but "
                            + config.origin()
                            + " has a kafka block. Remove that block, or publish with"
                            + " \"millrace submit\".");
        }
        requireBatchFiles(config.topics().maxRequestBytes());
        requireDistinct();
        if (simulate) {
            terminal.announceSimulation();
        }
        if (dryRun) {
            return dryRun(config, terminal);
        }
        config.offText().ifPresent(terminal::say);
        try (DataDirectory data =
                fresh
                        ? dataDirectoryOption.openToClear(simulate)
                        : dataDirectoryOption.open(simulate)) {
            RunSettings settings = settings(config, inputs(data));
            requireWritable(settings.output());
            requireTime(config, settings, terminal);
            if (fresh) {
                clear(config, data, settings);
            }
            return run(config, data, settings, terminal);
        }
    }

    /** Refuses, or reports, a deadline that the limits of models do not allow. */
    private void requireTime(MillraceConfig config, RunSettings settings, Terminal terminal)
            throws IOException {
        Instant now = Instant.now();
        admission.require(
                settings.spending().defaults().deadline(),
                now,
                new EarlierResults(
                        jobs -> fresh ? List.of() : dataDirectoryOption.costs(simulate, jobs)),
                report -> DryRun.read(settings, config, now, report),
                terminal);
    }

    /** Clears the data directory, after checking that the lines can be sent again. */
    private void clear(MillraceConfig config, DataDirectory data, RunSettings settings)
            throws IOException {
        InputSummary.read(settings, config).requireReady(config);
        data.clear();
        DataDirectoryOption.claim(data, simulate);
    }

    private int run(
            MillraceConfig config, DataDirectory data, RunSettings settings, Terminal terminal)
            throws IOException, InterruptedException {
        StopSignals stopSignals = StopSignals.install();
        var report =
                new RunReport(
                        OutputFile.isStandardOutput(settings.output())
                                ? terminal.err()
                                : terminal.out(),
                        json);
        new BatchRun(
                        settings,
                        new RunContext(
                                config,
                                data,
                                Pipeline.jdbcUrl(config, data),
                                terminal,
                                stopSignals,
                                InstantSource.system(),
                                System::nanoTime,
                                StartTime.nanos(),
                                RandomGenerator.getDefault()),
                        dashboard)
                .run(report);
        if (report.waitsForMoney()) {
            terminal.say(
                    "stopped: every unfinished job waits for money; repeat the command with a"
                            + " higher limit to continue");
            return ExitCode.WAITS_FOR_MONEY;
        }
        if (!report.isComplete()) {
            terminal.say("stopped; repeat the command to continue");
            return stopSignals.exitCode();
        }
        return report.allSucceeded() ? ExitCode.OK : ExitCode.SOME_FAILED;
    }

    private int dryRun(MillraceConfig config, Terminal terminal) throws IOException {
        if (batchFiles.files().contains(BatchFileArguments.STANDARD_INPUT)) {
            throw UserError.usage("--dry-run cannot read standard input. Name a file");
        }
        var inputs = batchFiles.files().stream().map(Path::of).map(InputFile::of).toList();
        RunSettings settings = settings(config, inputs);
        boolean clean =
                new DryRun(
                                settings,
                                config,
                                terminal,
                                Instant.now(),
                                jobs ->
                                        fresh
                                                ? List.of()
                                                : dataDirectoryOption.costs(simulate, jobs),
                                json)
                        .print();
        sayEarlierAnswers(settings, config, terminal);
        return clean ? ExitCode.OK : ExitCode.SOME_FAILED;
    }

    /** Says which lines have an answer, as the run does before it pays for them. */
    private void sayEarlierAnswers(RunSettings settings, MillraceConfig config, Terminal terminal)
            throws IOException {
        Optional<Path> database =
                fresh || noReuse || reuse != null
                        ? Optional.empty()
                        : dataDirectoryOption.database(simulate);
        if (database.isPresent()) {
            EarlierAnswers.read(
                            settings, config, dataDirectoryOption.journal(simulate), database.get())
                    .forEach(it -> terminal.say(it.text() + ". " + it.advice()));
        }
    }

    private RunSettings settings(MillraceConfig config, List<InputFile> inputs) throws IOException {
        String defaultTopic = new Topics(config.topics().prefix()).requests();
        Map<String, RequestTopicConfig> topics = config.requestTopics();
        String topic =
                topics.containsKey(defaultTopic) ? defaultTopic : topics.keySet().iterator().next();
        Path target = output == null ? defaultOutput() : output;
        return new RunSettings(
                inputs,
                target,
                limit,
                retryFailed,
                config.topics().maxRequestBytes(),
                topic,
                topics.getOrDefault(topic, RequestTopicConfig.OPEN).tenant().orElse(null),
                new RunSettings.Spending(
                        maxCostUsd == null ? null : ClusterOptions.limit(maxCostUsd),
                        buyOption.defaults(InstantSource.system().instant())),
                reuse());
    }

    private Reuse reuse() {
        if (reuse != null) {
            return new Reuse.Batch(reuse);
        }
        return noReuse ? new Reuse.None() : new Reuse.Undecided();
    }

    /**
     * Rejects files that cannot be read as batches, before anything is started. Rejects pipes,
     * because a run reads each file twice: to summarize it, then to publish it.
     */
    private void requireBatchFiles(int maxLineBytes) throws IOException {
        for (String file : batchFiles.files()) {
            if (!file.equals(BatchFileArguments.STANDARD_INPUT)) {
                Path path = Path.of(file);
                if (Files.isDirectory(path) || !Files.isReadable(path)) {
                    throw UserError.usage(
                            Files.exists(path)
                                    ? "Cannot read " + file
                                    : "There is no file " + file);
                }
                if (!Files.isRegularFile(path)) {
                    throw UserError.usage(
                            file
                                    + " is not a regular file. Redirect it to standard input and"
                                    + " use - as its name");
                }
                BatchFileReader.open(path, maxLineBytes).close();
            }
        }
    }

    /** Rejects a file that is named twice, because all its repeated lines would be duplicates. */
    private void requireDistinct() throws IOException {
        var seen = new HashSet<Path>();
        for (String file : batchFiles.files()) {
            boolean isFile = !file.equals(BatchFileArguments.STANDARD_INPUT);
            if (!seen.add(isFile ? Path.of(file).toRealPath() : Path.of(file))) {
                throw UserError.usage(file + " is named twice");
            }
        }
        Path target = output == null ? defaultOutput() : output;
        if (Files.exists(target) && seen.contains(target.toRealPath())) {
            throw UserError.usage(
                    "The results would overwrite the input "
                            + target
                            + ". Choose another file with --output");
        }
    }

    private static void requireWritable(Path target) {
        try {
            BatchRun.checkOutput(target);
        } catch (IOException e) {
            throw UserError.usage(
                    "Cannot write the results to "
                            + target.toAbsolutePath()
                            + " ("
                            + reason(e)
                            + "). Choose another file with --output");
        }
    }

    private static String reason(IOException e) {
        return e instanceof FileSystemException file && file.getReason() != null
                ? file.getReason()
                : e.getClass().getSimpleName();
    }

    private List<InputFile> inputs(DataDirectory data) {
        var inputs = new ArrayList<InputFile>();
        for (String file : batchFiles.files()) {
            if (file.equals(BatchFileArguments.STANDARD_INPUT)) {
                copyStandardInput(data.standardInput());
                inputs.add(InputFile.standardInput(data.standardInput()));
            } else {
                inputs.add(InputFile.of(Path.of(file)));
            }
        }
        return inputs;
    }

    private static void copyStandardInput(Path copy) {
        try {
            Files.copy(System.in, copy, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw UserError.failure(
                    "Cannot copy standard input to " + copy + ": " + e.getMessage());
        }
    }

    private Path defaultOutput() {
        String first = batchFiles.files().getFirst();
        String name =
                first.equals(BatchFileArguments.STANDARD_INPUT)
                        ? "stdin"
                        : Path.of(first)
                                .getFileName()
                                .toString()
                                .replaceFirst("\\.jsonl?(\\.(gz|zst))?$", "");
        String others =
                batchFiles.files().size() == 1
                        ? ""
                        : "-and-" + (batchFiles.files().size() - 1) + "-more";
        return Path.of(name + others + ".results.jsonl");
    }
}
