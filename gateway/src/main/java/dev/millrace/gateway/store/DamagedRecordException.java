package dev.millrace.gateway.store;

/** A record exists but is not valid. Other records can still be used. */
public final class DamagedRecordException extends StorageException {
    private static final long serialVersionUID = 1L;

    private final transient ObjectPath path;

    public DamagedRecordException(ObjectPath path, IllegalArgumentException cause) {
        super("the record " + path.text() + " cannot be read", cause);
        this.path = path;
    }

    ObjectPath path() {
        return path;
    }
}
