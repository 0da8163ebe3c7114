package dev.millrace.contracts.catalog;

/** What a request may ask of a model beyond text. */
public enum Capability {
    /** Calls of the functions that a request declares. */
    TOOLS,
    /** Images in the input. */
    IMAGES,
    /** Output that is held to a JSON Schema. */
    JSON_SCHEMA
}
