package dev.millrace.standalone.status;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.gateway.serving.ControlWaits;
import dev.millrace.results.BatchKey;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.LiveScreen;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.option.ClusterOptions;
import dev.millrace.standalone.option.NameOptions;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace status}: shows the state of a running pipeline, or of a batch. */
@Command(
        name = "status",
        sortOptions = false,
        description =
                "Shows the backlog of each model, the running services, the policies, ramps, tripped"
                        + " guards and pauses in force, the open breakers, the budgets, the use of the"
                        + " limits that workers share, and the tenants ahead of their fair share; on a"
                        + " terminal, until Ctrl-C. With a BATCH, shows its progress.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the cluster answered",
            "1:the command failed",
            "2:wrong usage or configuration",
            "130, 143:the live status was stopped by Ctrl-C (SIGINT) or SIGTERM"
        })
public final class StatusCommand implements Callable<Integer> {
    private static final long REFRESH_MILLIS = 1_000;

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    @Parameters(
            paramLabel = "BATCH",
            arity = "0..1",
            description =
                    "Show the progress of this batch instead, also of a stopped pipeline. On a"
                            + " terminal, until the batch is complete.")
    private @Nullable String batch;

    @Option(
            names = "--tenant",
            paramLabel = "NAME",
            description = "The batch's tenant; default: the tenant of lines that name none.")
    private @Nullable String tenant;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean asJson;

    @Option(names = "--once", description = "Print once and end, also on a terminal.")
    private boolean once;

    @Override
    public Integer call() throws InterruptedException {
        if (batch != null) {
            var key = new BatchKey(NameOptions.tenant(tenant), NameOptions.batch(batch));
            BatchStatusDisplay.system(InstantSource.system(), waits())
                    .show(clusterOptions.jdbcUrl(), key, asJson, once);
            return ExitCode.OK;
        }
        if (tenant != null) {
            throw UserError.usage("--tenant needs a BATCH");
        }
        StatusReader reader = reader();
        Terminal terminal = Terminal.system();
        PipelineStatus status = reader.read();
        clusterOptions.off().ifPresent(terminal::say);
        if (asJson) {
            terminal.out().println(StatusJson.of(status));
        } else if (terminal.interactive() && !once) {
            watch(reader, status, terminal);
        } else {
            StatusText.of(status).forEach(terminal.out()::println);
        }
        return ExitCode.OK;
    }

    /** Finds out why the jobs of a batch wait; no reason is known of a stopped pipeline. */
    private Function<ControlWaits.Scope, List<Waiting>> waits() {
        StatusReader reader;
        try {
            reader = reader();
        } catch (UserError _) {
            return _ -> List.of();
        }
        return new BatchWaits(reader)::of;
    }

    private StatusReader reader() {
        MillraceConfig config = clusterOptions.config().orElseGet(ConfigLoader::defaults);
        return new StatusReader(
                clusterOptions.client(), config, InstantSource.system(), System::nanoTime);
    }

    /**
     * Redraws the status until a signal ends the process, which then prints the last status. A
     * signal takes effect at once, even while a cluster does not answer.
     */
    private static void watch(StatusReader reader, PipelineStatus first, Terminal terminal)
            throws InterruptedException {
        var screen = new LiveScreen(terminal.err());
        var latest = new AtomicReference<>(StatusText.of(first));
        var atEnd =
                new Thread(
                        () -> {
                            screen.close();
                            latest.get().forEach(terminal.out()::println);
                        });
        Runtime.getRuntime().addShutdownHook(atEnd);
        try {
            var never = new CountDownLatch(1);
            do {
                screen.show(latest.get());
                var _ = never.await(REFRESH_MILLIS, TimeUnit.MILLISECONDS);
                latest.set(StatusText.of(reader.read()));
            } while (!Thread.interrupted());
        } finally {
            screen.close();
        }
    }
}
