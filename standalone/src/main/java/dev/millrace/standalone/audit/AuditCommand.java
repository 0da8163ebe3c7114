package dev.millrace.standalone.audit;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.router.policy.ActivePolicy;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.option.ConfigOption;
import dev.millrace.standalone.option.InputFiles;
import dev.millrace.standalone.option.PolicyOption;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace audit}: what logged requests cost, and would cost elsewhere. */
@Command(
        name = "audit",
        sortOptions = false,
        description =
                "Reads usage logs and reports for each model what its requests cost, and would cost"
                        + " at cheaper models and under a policy. Makes no call and needs no broker.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every line was understood",
            "1:the command failed, or a file has no readable line",
            "2:wrong usage or configuration",
            "3:some lines are unreadable; the report lists the first ones"
        })
public final class AuditCommand implements Callable<Integer> {

    @Parameters(
            arity = "1..*",
            paramLabel = "LOG",
            description =
                    "Usage logs as JSON lines, JSON or tables (CSV, TSV): cost events and results of"
                            + " Millrace, answers and usage exports of OpenAI and Anthropic, spend"
                            + " logs of LiteLLM, and others. Gzip is decompressed; - is standard"
                            + " input.")
    private List<String> logs = List.of();

    @Option(
            names = "--catalog",
            paramLabel = "FILE",
            description =
                    "Take the models and prices of this file's models block instead of the configuration's.")
    private @Nullable Path catalogFile;

    @Mixin private PolicyOption policyOption = new PolicyOption();

    @Mixin private ConfigOption configOption = new ConfigOption();

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Also write an HTML page with charts.")
    private @Nullable Path html;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        MillraceConfig config = configOption.loadWithoutKeys();
        Path source = catalogFile;
        Catalog catalog = source == null ? config.catalog() : ConfigOption.catalog(source);
        ActivePolicy policy =
                policyOption
                        .load(config, catalog)
                        .orElseThrow(
                                () ->
                                        UserError.usage(
                                                "There is no policy "
                                                        + config.router().defaultPolicy()
                                                        + " (router.default_policy)"));
        AuditFigures figures = read(new Audit(catalog, policy));
        Terminal terminal = Terminal.system();
        if (json) {
            JsonAuditReport.print(figures, terminal.out());
        } else {
            TextAuditReport.print(figures, terminal.out());
        }
        if (html != null) {
            Files.writeString(html, HtmlAuditReport.of(figures));
            terminal.say("wrote " + html);
        }
        return figures.extent().unreadable().count() == 0 ? ExitCode.OK : ExitCode.SOME_FAILED;
    }

    private AuditFigures read(Audit audit) throws IOException {
        for (String log : logs) {
            try (InputStream in = InputFiles.open(log)) {
                audit.read(InputFiles.name(log), in);
            }
        }
        return audit.figures();
    }
}
