package dev.millrace.standalone.option;

import picocli.CommandLine;

/** A command that only has subcommands, and is wrong without one. */
public abstract class CommandGroup implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    /** For subclasses. */
    protected CommandGroup() {}

    @Override
    public final void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command");
    }
}
