package dev.millrace.contracts.header;

/** Thrown when a required header is missing or a header is invalid. */
public final class UnreadableHeader extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableHeader(String name, String problem) {
        super("header " + name + " " + problem);
    }

    /** Creates the exception for a problem that is found without the name of its header. */
    UnreadableHeader(String problem) {
        super("the headers are invalid: " + problem);
    }
}
