package dev.millrace.pricelist;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.yaml.problem.ConfigException;
import dev.millrace.yaml.problem.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The models of a price list.
 *
 * @param models by name, in the order of the list
 * @param unknownFields ignored fields with prices, with the number of models for each
 * @param skipped reasons for skipping entries, with the number of entries for each
 */
public record PriceList(
        Map<String, Model> models,
        SortedMap<String, Integer> unknownFields,
        SortedMap<String, Integer> skipped) {
    /** LiteLLM's list has 2 MB. */
    private static final long MAX_BYTES = 64 << 20;

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .build();

    public PriceList {
        models = Collections.unmodifiableMap(new LinkedHashMap<>(models));
        unknownFields = Collections.unmodifiableSortedMap(new TreeMap<>(unknownFields));
        skipped = Collections.unmodifiableSortedMap(new TreeMap<>(skipped));
    }

    /**
     * Returns the models of a price list by their names; empty if the file is no price list by its
     * name, but a catalog of Millrace.
     *
     * @throws ConfigException if the file cannot be read or is no price list
     */
    public static Optional<Map<String, Model>> modelsOf(Path file) {
        return file.toString().endsWith(".json")
                ? Optional.of(load(file).models)
                : Optional.empty();
    }

    /**
     * Reads a file.
     *
     * @throws ConfigException if the file cannot be read or is no price list
     */
    public static PriceList load(Path file) {
        var problems = new Problems(file.toString());
        return load(file, problems)
                .orElseThrow(() -> new ConfigException("The price list has", problems.inOrder()));
    }

    /** Reads a file; empty after reporting a problem. */
    public static Optional<PriceList> load(Path file, Problems problems) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                problems.add("must be a price list of at most 64MiB");
                return Optional.empty();
            }
            var date =
                    LocalDate.ofInstant(
                            Files.getLastModifiedTime(file).toInstant(), ZoneOffset.UTC);
            var name = file.getFileName();
            return parse(
                    Files.readAllBytes(file), name == null ? "" : name.toString(), date, problems);
        } catch (NoSuchFileException e) {
            problems.add("does not exist");
        } catch (IOException e) {
            problems.add("cannot be read: " + e.getMessage());
        }
        return Optional.empty();
    }

    /**
     * Reads the text of a file.
     *
     * @param name of the file: the source of prices whose entries name none
     * @param date of the file
     */
    public static Optional<PriceList> parse(
            byte[] json, String name, LocalDate date, Problems problems) {
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (JacksonException e) {
            problems.add("must be JSON, but line " + e.getLocation().getLineNr() + " is not");
            return Optional.empty();
        }
        var entries = new ListedModels(name, date);
        if (LiteLlmList.matches(root)) {
            new LiteLlmList(entries).read(root);
        } else if (ModelsDevList.matches(root)) {
            new ModelsDevList(entries).read(root);
        } else {
            problems.add(
                    "must be a price list: LiteLLM's model_prices_and_context_window.json, or the"
                            + " api.json of models.dev");
            return Optional.empty();
        }
        return Optional.of(entries.toList());
    }
}
