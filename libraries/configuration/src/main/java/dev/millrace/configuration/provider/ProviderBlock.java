package dev.millrace.configuration.provider;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A ready part of a configuration: one provider, with models if the shipped catalog has none for
 * it.
 *
 * @param name name of the provider
 * @param title the service in words, such as {@code Azure OpenAI}
 * @param provider its entry in the section of providers, as text with comments
 * @param models entries of models, as text; blank if there are none
 */
public record ProviderBlock(String name, String title, String provider, String models) {
    private static final String PROVIDERS = "\nproviders:\n";
    private static final String MODELS = "\nmodels:\n";
    private static final Pattern REQUIRED_VARIABLE =
            Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

    /** Returns every block of {@code providers.yaml}, in the order of the file. */
    public static List<ProviderBlock> shipped() {
        return ShippedBlocks.BLOCKS;
    }

    /** Finds a shipped block by the name of its provider. */
    public static Optional<ProviderBlock> find(String name) {
        return shipped().stream().filter(block -> block.name.equals(name)).findFirst();
    }

    /**
     * Parses a block.
     *
     * @param text comments that begin with the title, then {@code providers:} and optionally {@code
     *     models:}
     */
    static ProviderBlock parse(String text) {
        int providers = text.indexOf(PROVIDERS);
        int models = text.indexOf(MODELS);
        String comments = text.substring(0, providers).indent(2);
        String entry = text.substring(providers + PROVIDERS.length());
        return new ProviderBlock(
                entry.substring(0, entry.indexOf(':')).strip(),
                text.substring("# ".length(), text.indexOf('\n')),
                comments
                        + text.substring(
                                providers + PROVIDERS.length(),
                                models < 0 ? text.length() : models + 1),
                models < 0 ? "" : text.substring(models + MODELS.length()));
    }

    /**
     * Returns the sections of a configuration with the given blocks.
     *
     * @param blocks at least one, each once
     */
    public static String sections(List<ProviderBlock> blocks) {
        String providers =
                blocks.stream().map(ProviderBlock::provider).collect(Collectors.joining());
        String models = blocks.stream().map(ProviderBlock::models).collect(Collectors.joining());
        return "providers:\n" + providers + (models.isEmpty() ? "" : "\nmodels:\n" + models);
    }

    /** Returns the environment variables that the provider needs. */
    public List<String> requiredVariables() {
        return REQUIRED_VARIABLE
                .matcher(provider)
                .results()
                .map(variable -> variable.group(1))
                .toList();
    }
}
