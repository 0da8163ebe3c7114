package dev.millrace.contracts.catalog;

/** A model feature beyond text that a request can need. */
public enum Capability {
    /** The model can call functions that the request declares. */
    TOOLS,
    /** The model accepts images as input. */
    IMAGES,
    /** The model can produce output that conforms to a JSON Schema. */
    JSON_SCHEMA
}
