package dev.millrace.contracts.catalog;

import dev.millrace.contracts.job.RequestLine;

/** Whether a worker streams the calls of a model. */
public enum StreamMode {
    /** Streamed if the request asks for it. */
    AUTO,
    /** Always streamed, even if the request does not ask for a stream. */
    ALWAYS,
    /** Never streamed, even if the request asks for a stream. */
    NEVER;

    /** Returns true if the call for a job is streamed. Embeddings have no stream. */
    public boolean streams(RequestLine line) {
        return line.endpoint().generates()
                && switch (this) {
                    case AUTO -> line.asksForStream();
                    case ALWAYS -> true;
                    case NEVER -> false;
                };
    }
}
