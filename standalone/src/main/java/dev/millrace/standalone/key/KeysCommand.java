package dev.millrace.standalone.key;

import dev.millrace.standalone.option.CommandGroup;
import picocli.CommandLine.Command;

/** {@code millrace keys}: groups the commands on API keys. */
@Command(
        name = "keys",
        description = "Creates, lists, revokes, rotates and deletes the API keys of the gateway.",
        subcommands = {
            KeysCreateCommand.class,
            KeysListCommand.class,
            KeyEndCommand.Revoke.class,
            KeysRotateCommand.class,
            KeyEndCommand.Delete.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class KeysCommand extends CommandGroup {}
