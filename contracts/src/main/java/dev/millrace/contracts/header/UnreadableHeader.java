package dev.millrace.contracts.header;

/** A header that Millrace relies on is missing, or holds something else than it should. */
public final class UnreadableHeader extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableHeader(String name, String problem) {
        super("header " + name + " " + problem);
    }
}
