package dev.millrace.standalone.control;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.job.JobId;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.option.ClusterOptions;
import dev.millrace.standalone.option.NameOptions;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace cancel}: cancels a job, or all jobs of a batch submitted until now. */
@Command(
        name = "cancel",
        sortOptions = false,
        description =
                "Cancels a job, or all jobs of a batch submitted until now. Running calls end"
                        + " normally, except with --running.")
public final class CancelCommand implements Callable<Integer> {
    @Option(names = "--batch", paramLabel = "NAME", description = "The batch.")
    private @Nullable String batch;

    @Option(
            names = "--tenant",
            paramLabel = "NAME",
            description = "The batch's tenant; default: the tenant of lines that name none.")
    private @Nullable String tenant;

    @Option(names = "--job", paramLabel = "ID", description = "One job, by its job_id.")
    private @Nullable String job;

    @Option(
            names = "--running",
            description = "Abort running calls, too; the provider may charge for them.")
    private boolean withCalls;

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    @Override
    public Integer call() {
        ControlKey key = key();
        var metadata = ClusterOptions.metadataAt(clusterOptions.client().brokerTime());
        var command =
                clusterOptions
                        .client()
                        .write(
                                RandomGenerator.getDefault(),
                                state -> Cancellations.cancel(state, key, withCalls, metadata));
        Terminal.system().out().println(OperatorCommandText.of(key, command));
        return ExitCode.OK;
    }

    private ControlKey key() {
        if ((batch == null) == (job == null) || (job != null && tenant != null)) {
            throw UserError.usage(
                    "Give either --batch NAME, with --tenant NAME if the batch has a tenant, or"
                            + " --job ID");
        }
        return batch == null
                ? jobKey(Objects.requireNonNull(job))
                : new ControlKey.CancelBatch(NameOptions.tenant(tenant), NameOptions.batch(batch));
    }

    private static ControlKey jobKey(String id) {
        try {
            return new ControlKey.CancelJob(new JobId(id));
        } catch (IllegalArgumentException e) {
            throw UserError.usage("--job: " + e.getMessage());
        }
    }
}
