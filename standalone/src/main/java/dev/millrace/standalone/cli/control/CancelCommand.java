package dev.millrace.standalone.cli.control;

import dev.millrace.contracts.config.TenantConfig;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Names;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.control.Cancellations;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace cancel}: jobs that were submitted until now end as cancelled. */
@Command(
        name = "cancel",
        sortOptions = false,
        description =
                "Cancels a job, or the jobs of a batch that were submitted until now. Calls that"
                        + " are running end normally.")
public final class CancelCommand implements Callable<Integer> {

    @Option(names = "--batch", paramLabel = "NAME", description = "The batch.")
    private @Nullable String batch;

    @Option(
            names = "--tenant",
            paramLabel = "NAME",
            description = "Whose batch it is; default: that of lines that name none.")
    private @Nullable String tenant;

    @Option(names = "--job", paramLabel = "ID", description = "A single job, by its job_id.")
    private @Nullable String job;

    @Mixin private ClusterChoice clusterChoice = new ClusterChoice();

    /** Made by the command line. */
    public CancelCommand() {}

    @Override
    public Integer call() {
        ControlKey key = key();
        var stamp = ClusterChoice.stamp(null);
        var order =
                clusterChoice
                        .cluster()
                        .write(
                                RandomGenerator.getDefault(),
                                state -> Cancellations.cancel(state, key, stamp));
        Terminal.system().out().println(PolicyWords.order(key, order));
        return ExitCode.OK;
    }

    private ControlKey key() {
        if ((batch == null) == (job == null) || (job != null && tenant != null)) {
            throw UserError.usage(
                    "What shall be cancelled? --batch NAME, with --tenant NAME if it has one, or"
                            + " --job ID");
        }
        if (job != null) {
            try {
                return new ControlKey.CancelJob(new JobId(job));
            } catch (IllegalArgumentException e) {
                throw UserError.usage("--job: " + e.getMessage());
            }
        }
        var whose = tenant == null ? TenantConfig.DEFAULT_NAME : tenant;
        var which = batch == null ? "" : batch;
        if (!Names.isTenant(whose) || !Names.isBatch(which)) {
            throw UserError.usage("No batch can be called " + which + ", or no tenant " + whose);
        }
        return new ControlKey.CancelBatch(whose, which);
    }
}
