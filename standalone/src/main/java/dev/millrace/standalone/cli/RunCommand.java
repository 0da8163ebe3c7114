package dev.millrace.standalone.cli;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.config.RequestTopicConfig;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.standalone.cli.choice.ConfigChoice;
import dev.millrace.standalone.cli.choice.FilesChoice;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Interrupts;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.pipeline.Part;
import dev.millrace.standalone.pipeline.Pipeline;
import dev.millrace.standalone.run.BatchRun;
import dev.millrace.standalone.run.DryRun;
import dev.millrace.standalone.run.InputFile;
import dev.millrace.standalone.run.RunContext;
import dev.millrace.standalone.run.RunReport;
import dev.millrace.standalone.run.RunSettings;
import dev.millrace.standalone.run.Survey;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace run}: one batch, everything embedded. */
@Command(
        name = "run",
        sortOptions = false,
        description = "Takes batch files through an embedded pipeline to their results.",
        footer = {
            "",
            "The same command again goes on where it stopped; what was answered before is not"
                    + " sent again.",
            "Exit code: 0 every job succeeded, 3 some failed or became dead letters,"
                    + " 2 wrong usage or configuration, 130 or 143 stopped by Ctrl-C or a signal,"
                    + " 1 anything else."
        })
final class RunCommand implements Callable<Integer> {
    @Mixin private FilesChoice filesChoice = new FilesChoice();

    @Mixin private ConfigChoice configChoice = new ConfigChoice();

    @Option(
            names = "--simulate",
            description = "Answer every model from the built-in simulator: no provider, no cost.")
    private boolean simulate;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where the results go; default: NAME.results.jsonl for NAME.jsonl.")
    private @Nullable Path output;

    @Option(
            names = "--json",
            description = "Print the summary as one JSON object on standard output.")
    private boolean json;

    @Option(
            names = "--dry-run",
            description =
                    "Make no call: show models, tokens, expected and worst cost, and every problem.")
    private boolean dryRun;

    @Option(names = "--limit", paramLabel = "N", description = "Take only the first N lines.")
    private long limit = Long.MAX_VALUE;

    @Option(names = "--retry-failed", description = "Send jobs again that failed before.")
    private boolean retryFailed;

    @Mixin private DataChoice dataChoice = new DataChoice();

    @Option(
            names = "--fresh",
            description = "Forget the data directory first: every line is sent again, and paid.")
    private boolean fresh;

    RunCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (limit < 1) {
            throw UserError.usage("--limit must be at least 1, was " + limit);
        }
        Terminal terminal = Terminal.system();
        MillraceConfig config =
                configChoice.within(Pipeline.heapShare(EnumSet.allOf(Part.class))).load(simulate);
        if (!config.isEmbedded()) {
            throw UserError.usage(
                    "\"millrace run\" works on an embedded broker, but "
                            + config.origin()
                            + " names a cluster (kafka). Take that block out, or publish with"
                            + " \"millrace submit\".");
        }
        requireReadable();
        requireRegular();
        requireDistinct();
        if (simulate) {
            terminal.sayThatItIsSimulated();
        }
        if (dryRun) {
            return dryRun(config, terminal);
        }
        try (DataDirectory data = fresh ? dataChoice.openToClear() : dataChoice.open(simulate)) {
            RunSettings settings = settings(config, inputs(data));
            if (fresh) {
                forget(config, data, settings);
            }
            return run(config, data, settings, terminal);
        }
    }

    /** Nothing is forgotten before it is known that the lines can be sent again. */
    private void forget(MillraceConfig config, DataDirectory data, RunSettings settings)
            throws IOException {
        Survey.of(settings, config).requireReady(config);
        data.clear();
        DataChoice.claim(data, simulate);
    }

    private int run(
            MillraceConfig config, DataDirectory data, RunSettings settings, Terminal terminal)
            throws IOException, InterruptedException {
        Interrupts interrupts = Interrupts.install();
        var report = new RunReport(terminal, json);
        new BatchRun(
                        settings,
                        new RunContext(
                                config,
                                data,
                                Pipeline.jdbcUrl(config, data),
                                terminal,
                                interrupts,
                                InstantSource.system(),
                                System::nanoTime,
                                StartTime.nanos()))
                .run(report);
        if (!report.isComplete()) {
            terminal.say("stopped; the same command goes on where it was");
            return interrupts.exitCode();
        }
        return report.allSucceeded() ? ExitCode.OK : ExitCode.SOME_FAILED;
    }

    private int dryRun(MillraceConfig config, Terminal terminal) throws IOException {
        if (filesChoice.files().contains(FilesChoice.STANDARD_INPUT)) {
            throw UserError.usage("--dry-run reads files, not standard input");
        }
        var inputs = filesChoice.files().stream().map(Path::of).map(InputFile::of).toList();
        boolean clean =
                new DryRun(settings(config, inputs), config, terminal, Instant.now(), json).print();
        return clean ? ExitCode.OK : ExitCode.SOME_FAILED;
    }

    private RunSettings settings(MillraceConfig config, List<InputFile> inputs) throws IOException {
        String usual = new Topics(config.topics().prefix()).requests();
        Map<String, RequestTopicConfig> topics = config.requestTopics();
        String topic = topics.containsKey(usual) ? usual : topics.keySet().iterator().next();
        Path target = output == null ? defaultOutput() : output;
        var settings =
                new RunSettings(
                        inputs,
                        target,
                        limit,
                        retryFailed,
                        config.topics().maxRequestBytes(),
                        topic,
                        topics.getOrDefault(topic, RequestTopicConfig.OPEN).tenant().orElse(null));
        if (!dryRun) {
            requireWritable(target);
        }
        return settings;
    }

    private void requireReadable() {
        for (String file : filesChoice.files()) {
            Path path = Path.of(file);
            if (!file.equals(FilesChoice.STANDARD_INPUT)
                    && (Files.isDirectory(path) || !Files.isReadable(path))) {
                throw UserError.usage(
                        Files.exists(path) ? file + " cannot be read" : "There is no file " + file);
            }
        }
    }

    /** A file is read twice: to see what is to be done, and to publish. A pipe cannot be. */
    private void requireRegular() {
        for (String file : filesChoice.files()) {
            if (!file.equals(FilesChoice.STANDARD_INPUT) && !Files.isRegularFile(Path.of(file))) {
                throw UserError.usage(
                        file + " is no regular file; name - and redirect standard input from it");
            }
        }
    }

    /** Of a file that is named twice every line would be a repeat of itself. */
    private void requireDistinct() throws IOException {
        var seen = new HashSet<Path>();
        for (String file : filesChoice.files()) {
            boolean isFile = !file.equals(FilesChoice.STANDARD_INPUT);
            if (!seen.add(isFile ? Path.of(file).toRealPath() : Path.of(file))) {
                throw UserError.usage(file + " is named twice");
            }
        }
        Path target = output == null ? defaultOutput() : output;
        if (Files.exists(target) && seen.contains(target.toRealPath())) {
            throw UserError.usage(
                    "The results would replace the input "
                            + target
                            + "; choose another file with --output");
        }
    }

    private static void requireWritable(Path target) {
        try {
            BatchRun.checkOutput(target);
        } catch (IOException e) {
            throw UserError.usage(
                    "The results cannot be written to "
                            + target.toAbsolutePath()
                            + " ("
                            + reason(e)
                            + "); choose another with --output");
        }
    }

    private static String reason(IOException e) {
        return e instanceof FileSystemException file && file.getReason() != null
                ? file.getReason()
                : e.getClass().getSimpleName();
    }

    private List<InputFile> inputs(DataDirectory data) {
        var inputs = new ArrayList<InputFile>();
        for (String file : filesChoice.files()) {
            if (file.equals(FilesChoice.STANDARD_INPUT)) {
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
                    "Standard input cannot be copied to " + copy + ": " + e.getMessage());
        }
    }

    private Path defaultOutput() {
        String first = filesChoice.files().getFirst();
        String name =
                first.equals(FilesChoice.STANDARD_INPUT)
                        ? "stdin"
                        : Path.of(first).getFileName().toString().replaceFirst("\\.jsonl?$", "");
        String others =
                filesChoice.files().size() == 1
                        ? ""
                        : "-and-" + (filesChoice.files().size() - 1) + "-more";
        return Path.of(name + others + ".results.jsonl");
    }
}
