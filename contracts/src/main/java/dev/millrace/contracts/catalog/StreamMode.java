package dev.millrace.contracts.catalog;

/** Whether a worker streams the calls of a model. */
public enum StreamMode {
    /** Streamed if the request asks for it. */
    AUTO,
    /** Always streamed, whatever the request says. */
    ALWAYS,
    /** Never streamed, whatever the request says. */
    NEVER
}
