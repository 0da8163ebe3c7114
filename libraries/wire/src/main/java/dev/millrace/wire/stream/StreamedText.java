package dev.millrace.wire.stream;

/** A text that arrives in pieces. Used by one thread. */
final class StreamedText {
    /** A shorter piece can equal all pieces before it by chance. */
    private static final int SHORTEST_REPEAT = 12;

    private final StringBuilder text = new StringBuilder();
    private int pieces;

    void add(String piece) {
        text.append(piece);
        if (!piece.isEmpty()) {
            pieces++;
        }
    }

    /** Adds a piece, unless the piece repeats the whole text. */
    void addUnlessWhole(String piece) {
        if (!piece.contentEquals(text)) {
            add(piece);
        }
    }

    /** Returns true if a piece repeats the whole text, as the last piece of some servers does. */
    boolean isRepeatedBy(String piece) {
        return pieces > 1 && piece.length() >= SHORTEST_REPEAT && piece.contentEquals(text);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
