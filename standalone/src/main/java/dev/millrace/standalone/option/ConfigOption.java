package dev.millrace.standalone.option;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.CatalogReader;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.configuration.loading.PriceLists;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.pricelist.PriceList;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.simulator.BuiltInSimulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The {@code --config} option: selects the configuration of a command. */
public final class ConfigOption {
    private static final Path DEFAULT_FILE = Path.of("millrace.yaml");
    private static final PriceLists PRICE_LISTS = PriceLists.of(List.of(PriceList::modelsOf));

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration; default: millrace.yaml in the current folder.")
    private @Nullable Path file;

    private HeapShare heap = HeapShare.AMPLE;

    /** Derives the limits that the configuration does not set from the given heap. */
    public ConfigOption within(HeapShare share) {
        heap = share;
        return this;
    }

    /**
     * Loads the configuration that the command line names, or else the default file.
     *
     * @throws UserError when there is no configuration
     */
    public MillraceConfig load() {
        if (!exists()) {
            throw UserError.usage(
                    "There is no millrace.yaml in this folder. Create one with \"millrace init\", or"
                            + " name another file with --config FILE.");
        }
        return read(loader());
    }

    /**
     * Loads the named configuration, or the default file. With {@code simulate}, the built-in
     * simulator answers every model, and a missing file means the shipped configuration.
     *
     * @throws UserError when there is no configuration and nothing is simulated
     */
    public MillraceConfig load(boolean simulate) {
        if (!simulate) {
            if (!exists()) {
                throw UserError.usage(
                        """
                        There is no millrace.yaml in this folder, so no provider is configured.
                          millrace init  writes one to fill in
                          --config FILE  uses another file
                          --simulate     answers every model from the built-in simulator, for free""");
            }
            return load();
        }
        return loadWithoutKeys().withSimulator();
    }

    /**
     * Loads the named configuration, else the default file if it exists, else the shipped
     * configuration. Accepts missing secrets of providers.
     */
    public MillraceConfig loadWithoutKeys() {
        ConfigLoader loader = loader().withoutKeys();
        return exists() ? read(loader) : loader.parse(ConfigLoader.NO_FILE, "");
    }

    /** Loads the configuration of a running pipeline. Accepts missing secrets of providers. */
    MillraceConfig loadWithoutKeys(Path other) {
        return loader().withoutKeys().load(other);
    }

    /**
     * Loads the named configuration, or the default file if it exists. Accepts missing and wrong
     * secrets of providers.
     */
    public Optional<MillraceConfig> loadIfExists() {
        return exists() ? Optional.of(read(loader().withoutKeys())) : Optional.empty();
    }

    /** Returns the models of a file alone: a catalog, or a price list. */
    public static Catalog catalog(Path file) {
        return PRICE_LISTS
                .modelsOf(file)
                .map(it -> Catalog.of(it.values()))
                .orElseGet(() -> CatalogReader.load(file, System.getenv()));
    }

    /** Returns true when the command line names a configuration. */
    public boolean isNamed() {
        return file != null;
    }

    private boolean exists() {
        return file != null || Files.exists(DEFAULT_FILE);
    }

    private MillraceConfig read(ConfigLoader loader) {
        MillraceConfig config = loader.load(path());
        config.kafka().ifPresent(OAuthAddresses::allow);
        return config;
    }

    private Path path() {
        return file == null ? DEFAULT_FILE : file;
    }

    private ConfigLoader loader() {
        return new ConfigLoader(System.getenv(), heap)
                .checking(BuiltInSimulator::checkSettings)
                .reading(PRICE_LISTS);
    }
}
