package dev.millrace.worker.commit;

/** Reports another live process with an equal {@code worker.instance}; this process has to end. */
public final class DuplicateInstanceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DuplicateInstanceException() {
        super(
                ("another process has the same worker.instance and fenced this one %d times within"
                                + " %d s; give each worker an instance of its own, or leave the key"
                                + " out")
                        .formatted(FencingRate.LIMIT, FencingRate.WINDOW.toSeconds()));
    }
}
