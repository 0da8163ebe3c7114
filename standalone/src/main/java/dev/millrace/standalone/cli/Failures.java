package dev.millrace.standalone.cli;

import dev.millrace.reader.problem.ConfigException;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.KafkaFailure;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.data.DataDirectoryException;
import dev.millrace.standalone.pipeline.PartStopped;
import dev.millrace.standalone.pipeline.StartFailure;
import dev.millrace.standalone.run.RunFailure;
import dev.millrace.standalone.run.journal.JournalException;
import dev.millrace.standalone.topics.TopicAdminException;
import java.io.IOException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/**
 * Turns whatever ends a command early into a message and an exit code; stack traces go to the log.
 */
public final class Failures
        implements CommandLine.IExecutionExceptionHandler, CommandLine.IExitCodeExceptionMapper {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    /** Made by the command line's entry. */
    public Failures() {}

    @Override
    public int handleExecutionException(
            Exception thrown, CommandLine command, CommandLine.ParseResult parsed) {
        command.getErr().println(message(thrown));
        return getExitCode(thrown);
    }

    private static String message(Exception thrown) {
        return switch (thrown) {
            case UserError _, ConfigException _ -> String.valueOf(thrown.getMessage());
            case StartFailure _,
                    PartStopped _,
                    RunFailure _,
                    JournalException _,
                    TopicAdminException _,
                    DataDirectoryException _ -> {
                LOG.atDebug().setCause(thrown).log("command failed");
                yield String.valueOf(thrown.getMessage());
            }
            case KafkaException kafka -> {
                LOG.atDebug().setCause(thrown).log("command failed");
                yield KafkaFailure.describe(kafka);
            }
            case IOException _ -> {
                LOG.atDebug().setCause(thrown).log("command failed");
                yield "Reading or writing failed: " + thrown.getMessage();
            }
            default -> {
                LOG.atError().setCause(thrown).log("command failed unexpectedly");
                yield "Something unexpected went wrong: "
                        + thrown
                        + "\nPlease report it, with what the log says.";
            }
        };
    }

    @Override
    public int getExitCode(Throwable thrown) {
        return switch (thrown) {
            case UserError error -> error.exitCode();
            case ConfigException _, CommandLine.ParameterException _ -> ExitCode.USAGE;
            default -> ExitCode.FAILURE;
        };
    }
}
