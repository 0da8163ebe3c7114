package dev.millrace.contracts.service;

/**
 * A partition that a service has stopped, because continuing could lose records or pay for calls
 * twice.
 *
 * @param name topic and number
 * @param detail the reason in one human-readable sentence
 */
public record StoppedPartition(String name, Reason reason, String detail) {

    /** The reason why a partition is stopped. */
    public enum Reason {
        /** The metadata of its committed offset cannot be read. */
        UNREADABLE_METADATA(true),
        /** Its committed offset was lost. */
        OFFSET_LOST(true),
        /** Its topic has no record at the next offset. */
        OFFSET_OUT_OF_RANGE(true),
        /** A batch of its records cannot be read. */
        CORRUPT_BATCH(false),
        /** The cluster rejects its writes. */
        WRITES_REJECTED(false);

        private final boolean isResumable;

        Reason(boolean isResumable) {
            this.isResumable = isResumable;
        }

        /** Returns true when {@code --accept-resend} resumes the partition. */
        public boolean isResumable() {
            return isResumable;
        }
    }

    /** Returns one human-readable line. */
    public String text() {
        return name + " is stopped: " + detail;
    }
}
