package dev.millrace.standalone.cli;

import dev.millrace.producer.file.UnusableFileException;
import dev.millrace.standalone.cluster.TopicAdminException;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.KafkaFailure;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.data.DataDirectoryException;
import dev.millrace.standalone.pipeline.PartStoppedException;
import dev.millrace.standalone.pipeline.PipelineStartException;
import dev.millrace.yaml.problem.ConfigException;
import dev.millrace.yaml.problem.Violation;
import java.io.IOException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** Turns an exception that ends a command into a message and an exit code; logs its stack trace. */
public final class CommandErrorHandler
        implements CommandLine.IExecutionExceptionHandler, CommandLine.IExitCodeExceptionMapper {
    private static final Logger LOG = LoggerFactory.getLogger(CommandErrorHandler.class);

    @Override
    public int handleExecutionException(
            Exception thrown, CommandLine command, CommandLine.ParseResult parsed) {
        command.getErr().println(message(thrown));
        return getExitCode(thrown);
    }

    private static String message(Exception thrown) {
        return switch (thrown) {
            case UserError _,
                    ConfigException _,
                    Violation _,
                    UnusableFileException _,
                    PipelineStartException _,
                    PartStoppedException _,
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
                yield "I/O error: " + thrown.getMessage();
            }
            default -> {
                LOG.atError().setCause(thrown).log("command failed with an unexpected error");
                yield "Unexpected error: "
                        + thrown
                        + "\nPlease report it, with the stack trace in the log.";
            }
        };
    }

    @Override
    public int getExitCode(Throwable thrown) {
        return switch (thrown) {
            case UserError error -> error.exitCode();
            case ConfigException _,
                    Violation _,
                    UnusableFileException _,
                    CommandLine.ParameterException _ ->
                    ExitCode.USAGE;
            default -> ExitCode.FAILURE;
        };
    }
}
