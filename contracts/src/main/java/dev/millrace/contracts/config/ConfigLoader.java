package dev.millrace.contracts.config;

import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.yaml.Interpolation;
import dev.millrace.contracts.yaml.Node;
import dev.millrace.contracts.yaml.Places;
import dev.millrace.contracts.yaml.Problems;
import dev.millrace.contracts.yaml.RecordReader;
import dev.millrace.contracts.yaml.TextFile;
import dev.millrace.contracts.yaml.YamlDocument;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Reads a Millrace file into a {@link MillraceConfig}, the shipped catalog below the user's models.
 *
 * <p>Everything that is wrong with a file is reported at once; so is what it sets although it is
 * not built yet ({@link NotYetSupported}). A secret that is not set is no problem here, but see
 * {@link MillraceConfig#problemsOfProviders}.
 */
public final class ConfigLoader {
    /** The origin of a configuration that was read from no file. */
    public static final String NO_FILE = "defaults";

    private final Map<String, String> environment;
    private final HeapShare heap;

    /**
     * A loader that looks references up in that environment, for a process whose heap bounds
     * nothing.
     *
     * @param environment as of {@link System#getenv()}
     */
    public ConfigLoader(Map<String, String> environment) {
        this(environment, HeapShare.AMPLE);
    }

    /**
     * A loader for a process that holds jobs.
     *
     * @param environment as of {@link System#getenv()}
     * @param heap bounds what may be held where the file is silent
     */
    public ConfigLoader(Map<String, String> environment, HeapShare heap) {
        this.environment = Map.copyOf(environment);
        this.heap = heap;
    }

    /**
     * The configuration of an empty file in an empty environment: embedded, and without any
     * provider.
     */
    public static MillraceConfig defaults() {
        return new ConfigLoader(Map.of()).parse(NO_FILE, "");
    }

    /**
     * {@link #defaults()} with every model of the shipped catalog answered by the built-in
     * simulator.
     */
    public static MillraceConfig simulated() {
        return defaults().withSimulator();
    }

    /**
     * Reads a file.
     *
     * @throws ConfigException with everything that is wrong with it
     */
    public MillraceConfig load(Path file) {
        var problems = new Problems(file.toString());
        var text = TextFile.read(file, problems);
        return text.isPresent() ? parse(file.toString(), text.get()) : refuse(problems);
    }

    /**
     * Reads the text of a file.
     *
     * @param origin the file, for messages
     * @throws ConfigException with everything that is wrong with it
     */
    public MillraceConfig parse(String origin, String yaml) {
        return parse(origin, yaml, NotYetSupported::check);
    }

    /** Reads the text of a file as if everything were built. */
    MillraceConfig parseAll(String origin, String yaml) {
        return parse(origin, yaml, (root, problems) -> {});
    }

    private MillraceConfig parse(
            String origin, String yaml, BiConsumer<Node.Mapping, Problems> lastCheck) {
        var problems = new Problems(origin);
        var tree = YamlDocument.read(yaml, new Interpolation(environment), problems);
        var config = tree.flatMap(root -> assemble(origin, root, problems));
        tree.ifPresent(root -> lastCheck.accept(root, problems));
        return config.isPresent() && problems.isEmpty() ? config.get() : refuse(problems);
    }

    private Optional<MillraceConfig> assemble(String origin, Node.Mapping root, Problems problems) {
        var defaults = MillraceKeys.defaults(root.find("kafka").isEmpty());
        return new RecordReader(MillraceKeys.CONVERSIONS, problems)
                .read(root, "", MillraceKeys.class, defaults)
                .flatMap(
                        keys ->
                                new Assembly(origin, new Places(root, problems), keys, heap)
                                        .config());
    }

    private static MillraceConfig refuse(Problems problems) {
        throw new ConfigException(problems.inOrder());
    }
}
