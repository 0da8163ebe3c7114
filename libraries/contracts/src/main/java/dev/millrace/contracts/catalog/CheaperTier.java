package dev.millrace.contracts.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.money.Price;
import dev.millrace.yaml.binding.Durations;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A service tier that calls can buy below the standard price, by a line of {@code
 * cheaper-tiers.tsv}.
 *
 * @param name value of {@code service_tier} in the body, and name of the tier's price in the
 *     catalog
 * @param provider provider that offers the tier
 * @param timeout longest call
 * @param refused statuses of a provider without capacity for the tier; such a call is not billed
 * @param unsupported statuses of a provider without the tier for the model, if its message names
 *     the tier
 * @param source where the rules are documented
 * @param read day on which the source was read
 */
public record CheaperTier(
        String name,
        String provider,
        Duration timeout,
        Set<Integer> refused,
        Set<Integer> unsupported,
        String source,
        LocalDate read) {
    private static final String FILE = "cheaper-tiers.tsv";
    private static final String ANY = "*";
    private static final int FIELDS = 7;

    private static final List<CheaperTier> ROWS = rows();

    /**
     * Returns the cheapest tier of a model that calls can buy; empty if none has a lower price than
     * the standard tier.
     */
    public static Optional<CheaperTier> of(Model model) {
        return model.price().tiers().entrySet().stream()
                .filter(it -> isCheaper(it.getValue(), model.price()))
                .sorted(Map.Entry.comparingByValue(Comparator.comparing(CheaperTier::rates)))
                .flatMap(it -> find(it.getKey(), model.provider()).stream())
                .findFirst();
    }

    private static boolean isCheaper(Price tier, Price standard) {
        return tier.input().compareTo(standard.input()) <= 0
                && tier.output().compareTo(standard.output()) <= 0
                && rates(tier).compareTo(rates(standard)) < 0;
    }

    private static BigDecimal rates(Price price) {
        return price.input().add(price.output());
    }

    private static Optional<CheaperTier> find(String name, String provider) {
        return ROWS.stream()
                .filter(it -> it.name.equals(name))
                .filter(it -> it.provider.equals(provider) || it.provider.equals(ANY))
                .findFirst();
    }

    /** Returns all lines of the file; the line for other providers is the last one of its tier. */
    static List<CheaperTier> all() {
        return ROWS;
    }

    private static List<CheaperTier> rows() {
        try (var in = Objects.requireNonNull(CheaperTier.class.getResourceAsStream(FILE), FILE);
                var lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
            return lines.lines().filter(it -> !it.startsWith("#")).map(CheaperTier::row).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CheaperTier row(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length != FIELDS) {
            throw new IllegalStateException(FILE + ": not " + FIELDS + " fields: " + line);
        }
        return new CheaperTier(
                fields[0],
                fields[1],
                Durations.parse(fields[2]),
                statuses(fields[3]),
                statuses(fields[4]),
                fields[5],
                LocalDate.parse(fields[6]));
    }

    private static Set<Integer> statuses(String field) {
        return Arrays.stream(field.split(","))
                .map(Integer::valueOf)
                .collect(Collectors.toUnmodifiableSet());
    }
}
