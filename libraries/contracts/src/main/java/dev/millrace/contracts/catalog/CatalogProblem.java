package dev.millrace.contracts.catalog;

/**
 * A conflict between models of a catalog that are each valid on their own.
 *
 * @param model name of the model to blame
 * @param key key within that model, such as {@code aliases}
 * @param expected the end of a sentence that begins with the key
 */
public record CatalogProblem(String model, String key, String expected) {}
