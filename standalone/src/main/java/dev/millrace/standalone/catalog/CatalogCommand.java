package dev.millrace.standalone.catalog;

import dev.millrace.standalone.option.CommandGroup;
import picocli.CommandLine.Command;

/** {@code millrace catalog}: groups the commands on models and prices. */
@Command(
        name = "catalog",
        description =
                "Shows models and prices, and reads the price lists of LiteLLM and models.dev."
                        + " Makes no call and needs no broker.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            CatalogListCommand.class,
            CatalogImportCommand.class,
            CatalogDiffCommand.class,
        })
public final class CatalogCommand extends CommandGroup {}
