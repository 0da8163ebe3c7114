package dev.millrace.standalone.cli.choice;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.config.loading.ConfigLoader;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.standalone.console.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which configuration a command works with. */
public final class ConfigChoice {
    private static final Path USUAL = Path.of("millrace.yaml");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration; default: millrace.yaml in this folder.")
    private @Nullable Path file;

    private HeapShare heap = HeapShare.AMPLE;

    /** Made for a command. */
    public ConfigChoice() {}

    /** Lets this heap bound what may be held where the configuration is silent. */
    public ConfigChoice within(HeapShare share) {
        heap = share;
        return this;
    }

    /**
     * The configuration that was named, or that of this folder.
     *
     * @throws UserError when there is none
     */
    public MillraceConfig load() {
        if (!isThere()) {
            throw UserError.usage(
                    "There is no millrace.yaml in this folder. Write one with \"millrace init\", or"
                            + " name another with --config FILE.");
        }
        return loader().load(path());
    }

    /**
     * The configuration that was named, or that of this folder; with {@code simulate} every model
     * is answered by the built-in simulator, and the shipped catalog will do.
     *
     * @throws UserError when there is none and nothing is simulated
     */
    public MillraceConfig load(boolean simulate) {
        if (!simulate) {
            if (!isThere()) {
                throw UserError.usage(
                        """
                        Which provider should answer? There is no millrace.yaml in this folder.
                          millrace init  writes one, to be filled in
                          --config FILE  takes another file
                          --simulate     answers every model from the built-in simulator, for free""");
            }
            return load();
        }
        return loadOrShipped().withSimulator();
    }

    /** The configuration that was named, that of this folder, or every default. */
    public MillraceConfig loadOrShipped() {
        return isThere() ? loader().load(path()) : loader().parse(ConfigLoader.NO_FILE, "");
    }

    /** The configuration that was named, or that of this folder if there is one. */
    public Optional<MillraceConfig> loadIfThere() {
        return isThere() ? Optional.of(load()) : Optional.empty();
    }

    /** Returns true when the command line names a configuration. */
    public boolean isNamed() {
        return file != null;
    }

    private boolean isThere() {
        return file != null || Files.exists(USUAL);
    }

    private Path path() {
        return file == null ? USUAL : file;
    }

    private ConfigLoader loader() {
        return new ConfigLoader(System.getenv(), heap);
    }
}
