package dev.millrace.configuration.loading;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.yaml.binding.RecordReader;
import dev.millrace.yaml.document.Interpolation;
import dev.millrace.yaml.document.Node;
import dev.millrace.yaml.document.NodeLocator;
import dev.millrace.yaml.document.TextFile;
import dev.millrace.yaml.document.YamlDocument;
import dev.millrace.yaml.problem.ConfigException;
import dev.millrace.yaml.problem.Problems;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Reads a Millrace file into a {@link MillraceConfig}, overlaying the user's models on the shipped
 * catalog.
 *
 * <p>Reports all problems of a file at once. A missing secret is not a problem here; see {@link
 * MillraceConfig#problemsOfProviders}.
 */
public final class ConfigLoader {
    /** The origin of a configuration that was not read from a file. */
    public static final String NO_FILE = "defaults";

    private final Map<String, String> environment;
    private final HeapShare heap;
    private final BiConsumer<Node.Mapping, Problems> otherSections;
    private final PriceLists lists;
    private final boolean usesKeys;

    /**
     * Creates a loader for a process whose heap imposes no limits.
     *
     * @param environment variables for references and proxies, as from {@link System#getenv()}
     */
    public ConfigLoader(Map<String, String> environment) {
        this(environment, HeapShare.AMPLE);
    }

    /**
     * Creates a loader for a process that holds jobs in memory.
     *
     * @param environment variables for references and proxies, as from {@link System#getenv()}
     * @param heap determines the default limits on held jobs
     */
    public ConfigLoader(Map<String, String> environment, HeapShare heap) {
        this(environment, heap, (_, _) -> {}, PriceLists.NONE, true);
    }

    private ConfigLoader(
            Map<String, String> environment,
            HeapShare heap,
            BiConsumer<Node.Mapping, Problems> otherSections,
            PriceLists lists,
            boolean usesKeys) {
        this.usesKeys = usesKeys;
        this.environment = Map.copyOf(environment);
        this.heap = heap;
        this.otherSections = otherSections;
        this.lists = lists;
    }

    /**
     * Returns a loader that also applies the given check.
     *
     * @param otherSections checks the sections that another module reads, such as the settings of
     *     the simulator
     */
    public ConfigLoader checking(BiConsumer<Node.Mapping, Problems> otherSections) {
        return new ConfigLoader(environment, heap, otherSections, lists, usesKeys);
    }

    /** Returns a loader that also reads price lists. */
    public ConfigLoader reading(PriceLists others) {
        return new ConfigLoader(environment, heap, otherSections, others, usesKeys);
    }

    /** Returns a loader for a process that sends no keys, and therefore accepts any. */
    public ConfigLoader withoutKeys() {
        return new ConfigLoader(environment, heap, otherSections, lists, false);
    }

    /**
     * Returns the configuration of an empty file in an empty environment: an embedded pipeline
     * without providers.
     */
    public static MillraceConfig defaults() {
        return new ConfigLoader(Map.of()).parse(NO_FILE, "");
    }

    /**
     * Reads a file.
     *
     * @throws ConfigException with all problems of the file
     */
    public MillraceConfig load(Path file) {
        var problems = new Problems(file.toString());
        var text = TextFile.read(file, problems);
        return text.isPresent() ? parse(file.toString(), text.get()) : reject(problems);
    }

    /**
     * Reads the text of a file.
     *
     * @param origin name of the file, for messages
     * @throws ConfigException with all problems of the file
     */
    public MillraceConfig parse(String origin, String yaml) {
        var problems = new Problems(origin);
        var tree =
                YamlDocument.read(yaml, new Interpolation(environment), problems)
                        .map(FormerKeys::remove);
        var config = tree.flatMap(root -> assemble(origin, root, problems));
        tree.ifPresent(root -> otherSections.accept(root, problems));
        return config.isPresent() && problems.isEmpty() ? config.get() : reject(problems);
    }

    private Optional<MillraceConfig> assemble(String origin, Node.Mapping root, Problems problems) {
        var defaults = MillraceKeys.defaults(root.find("kafka").isEmpty());
        var locator = new NodeLocator(root, problems);
        var read =
                new RecordReader(MillraceKeys.conversions(), problems)
                        .read(root, "", MillraceKeys.class, defaults);
        if (usesKeys) {
            read.ifPresent(keys -> ProviderSecretCheck.check(keys.providers(), locator));
        }
        return read.flatMap(
                keys ->
                        new ConfigAssembler(origin, locator, keys, heap, lists, environment)
                                .config());
    }

    private static MillraceConfig reject(Problems problems) {
        throw new ConfigException(problems.inOrder());
    }
}
