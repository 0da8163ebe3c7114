package dev.millrace.standalone.control;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.standalone.console.WholeSeconds;

/** Formats a pause, a cancellation or a reset as human-readable text. */
public final class OperatorCommandText {
    private OperatorCommandText() {}

    /** Returns one line with the target, time and author of a command. */
    public static String of(ControlKey key, OperatorCommand command) {
        var since = ", " + WholeSeconds.of(command.at()) + " by " + command.by();
        return switch (key) {
            case ControlKey.Pause pause ->
                    "paused: "
                            + pause.target()
                            + since
                            + command.expires()
                                    .map(it -> ", until " + WholeSeconds.of(it))
                                    .orElse("");
            case ControlKey.CancelBatch(String tenant, String batch) ->
                    "cancelled: batch " + batch + " of " + tenant + since + calls(command);
            case ControlKey.CancelJob(var job) -> "cancelled: job " + job + since + calls(command);
            case ControlKey.BreakerReset(String model) -> "breakers reset: " + model + since;
            case ControlKey.PolicyVersion _,
                    ControlKey.Ramp _,
                    ControlKey.Guard _,
                    ControlKey.Report _,
                    ControlKey.Purge _,
                    ControlKey.CachePartition _,
                    ControlKey.ApiKey _,
                    ControlKey.Limit _,
                    ControlKey.Budget _ ->
                    key.text() + since;
        };
    }

    private static String calls(OperatorCommand command) {
        return command.runningAt().map(_ -> ", with running calls").orElse("");
    }
}
