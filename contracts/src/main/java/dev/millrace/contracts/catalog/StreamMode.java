package dev.millrace.contracts.catalog;

/** How a worker calls the provider of a model. */
public enum StreamMode {
    /** As the request says. */
    AUTO,
    /** Always streamed, whatever the request says. */
    ALWAYS,
    /** Never streamed, whatever the request says. */
    NEVER
}
