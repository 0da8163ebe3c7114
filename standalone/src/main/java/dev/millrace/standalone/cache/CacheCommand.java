package dev.millrace.standalone.cache;

import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.control.CachePurge;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.control.CachePurges;
import dev.millrace.standalone.option.ClusterOptions;
import dev.millrace.standalone.option.CommandGroup;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace cache}: groups the commands on the answer cache. */
@Command(
        name = "cache",
        description =
                "Shows, lists and purges the cached answers of a running pipeline, and evaluates when"
                        + " similar questions may share an answer.",
        subcommands = {
            CacheCommand.Stats.class,
            CacheListCommand.class,
            CacheCommand.Purge.class,
            CacheEvaluateCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class CacheCommand extends CommandGroup {
    /** {@code millrace cache stats}: shows sizes, counts and savings. */
    @Command(
            name = "stats",
            sortOptions = false,
            description =
                    "Shows how many answers are cached, how many jobs they have answered, what was"
                            + " saved, and the purges in effect.")
    static final class Stats implements Callable<Integer> {
        @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

        @Option(names = "--json", description = "Print one JSON object.")
        private boolean asJson;

        Stats() {}

        @Override
        public Integer call() {
            var cache =
                    clusterOptions
                            .client()
                            .read()
                            .inEffect(InstantSource.system().instant())
                            .cache();
            var out = Terminal.system().out();
            if (asJson) {
                out.println(CacheJson.of(cache));
            } else {
                CacheText.of(cache).forEach(out::println);
            }
            return ExitCode.OK;
        }
    }

    /** {@code millrace cache purge}: makes routers forget answers. */
    @Command(
            name = "purge",
            sortOptions = false,
            description =
                    "Purges the cached answers that exist now and that match every given option."
                            + " Routers stop using them at once and delete them soon after.")
    static final class Purge implements Callable<Integer> {
        @Mixin private PurgeFilter purgeFilter = new PurgeFilter();

        @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

        @Option(names = "--json", description = "Print the purge as one JSON object.")
        private boolean asJson;

        Purge() {}

        @Override
        public Integer call() {
            CachePurge.Filter filter = purgeFilter.filter(clusterOptions::modelName);
            var router = clusterOptions.config().orElseGet(ConfigLoader::defaults).router();
            var metadata = ClusterOptions.metadataAt(clusterOptions.client().brokerTime());
            var random = RandomGenerator.getDefault();
            String id = CachePurges.newId(random);
            CachePurge purge =
                    clusterOptions
                            .client()
                            .write(
                                    random,
                                    state ->
                                            CachePurges.purge(
                                                    state, id, filter, router.cache(), metadata));
            var out = Terminal.system().out();
            out.println(asJson ? CacheJson.of(purge) : CachePurges.text(purge));
            return ExitCode.OK;
        }
    }
}
