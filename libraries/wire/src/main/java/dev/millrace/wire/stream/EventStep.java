package dev.millrace.wire.stream;

/** What one event did to an answer. */
sealed interface EventStep {
    /** The event carried no content. */
    EventStep NO_CONTENT = new Accepted(false, true);

    /** The event carried content. */
    EventStep CONTENT = new Accepted(true, true);

    /** The event does not belong to the answer, or repeats an event of the answer. */
    EventStep FOREIGN = new Foreign();

    /** The event ended the answer. */
    EventStep ENDED = new Ended();

    /**
     * The stream continues.
     *
     * @param isRegular false if the event differs from the form of its API
     */
    record Accepted(boolean hasContent, boolean isRegular) implements EventStep {}

    /** See {@link #FOREIGN}. */
    record Foreign() implements EventStep {}

    /** See {@link #ENDED}. */
    record Ended() implements EventStep {}

    /** The provider reported an error, in a form that an error response could have. */
    record Failed(byte[] errorBody) implements EventStep {}

    /** No answer can be assembled, but later events can report the usage. */
    record Broken(String reason) implements EventStep {}

    /** Returns the step of a regular event. */
    static EventStep accepted(boolean hasContent) {
        return hasContent ? CONTENT : NO_CONTENT;
    }
}
