package dev.millrace.contracts.catalog;

/**
 * Something that is wrong between the models of a catalog, each of them being fine by itself.
 *
 * @param model the name of the model that it is wrong with
 * @param key the key of that model, such as {@code aliases}
 * @param expected what was expected, as the rest of a sentence that begins with the key
 */
public record CatalogProblem(String model, String key, String expected) {}
