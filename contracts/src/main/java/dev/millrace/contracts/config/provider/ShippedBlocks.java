package dev.millrace.contracts.config.provider;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Loads the blocks that ship with Millrace, once, on first use. */
final class ShippedBlocks {
    /** In the order of the documentation. */
    static final List<ProviderBlock> BLOCKS =
            Stream.of(
                            "openai",
                            "azure",
                            "anthropic",
                            "google",
                            "deepseek",
                            "alibaba",
                            "mistral",
                            "openrouter",
                            "vllm",
                            "ollama")
                    .map(ShippedBlocks::read)
                    .toList();

    private ShippedBlocks() {}

    private static ProviderBlock read(String name) {
        String resource = "/dev/millrace/contracts/providers/" + name + ".yaml";
        try (var in = ShippedBlocks.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is missing");
            }
            return ProviderBlock.parse(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
