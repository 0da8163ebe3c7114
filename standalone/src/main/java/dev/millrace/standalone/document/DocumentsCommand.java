package dev.millrace.standalone.document;

import dev.millrace.standalone.option.CommandGroup;
import picocli.CommandLine.Command;

/** {@code millrace documents}: groups the commands on documents. */
@Command(
        name = "documents",
        description =
                "Adds, deletes, lists and searches the documents whose passages jobs with"
                        + " \"retrieval\" get.",
        subcommands = {
            DocumentsAddCommand.class,
            DocumentsDeleteCommand.class,
            DocumentsListCommand.class,
            DocumentsSearchCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class DocumentsCommand extends CommandGroup {}
