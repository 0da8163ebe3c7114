package dev.millrace.worker.http;

import java.io.IOException;

/** Thrown when a proxy refuses to open a tunnel to the provider. */
final class ProxyRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * @param status of the proxy's answer, 300 or more
     */
    ProxyRefusedException(int status) {
        super("status " + status);
        this.status = status;
    }

    int status() {
        return status;
    }
}
