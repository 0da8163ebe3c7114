package dev.millrace.configuration.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Loads the blocks that ship with Millrace, once, on first use. */
final class ShippedBlocks {
    private static final String FILE = "/dev/millrace/configuration/providers.yaml";

    /** In the order of the file. */
    static final List<ProviderBlock> BLOCKS =
            Stream.of(text().split("(?m)^---\n")).map(ProviderBlock::parse).toList();

    private static final Pattern PUBLIC_ADDRESS = Pattern.compile("base_url: https://([^/\\s]+)");

    /** Hosts of the providers that everybody reaches at the same address. */
    static final Set<String> HOSTS =
            BLOCKS.stream()
                    .flatMap(block -> PUBLIC_ADDRESS.matcher(block.provider()).results())
                    .map(match -> match.group(1))
                    .collect(Collectors.toUnmodifiableSet());

    private ShippedBlocks() {}

    private static String text() {
        try (var in = Objects.requireNonNull(ShippedBlocks.class.getResourceAsStream(FILE), FILE)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
