package dev.millrace.translation.field;

/** The handling of a field. */
public enum Handling {
    /** The value keeps its name and form. */
    CARRIED("carried"),
    /** The value keeps its form under another name or at another place. */
    RENAMED("renamed"),
    /** The value takes another form with an equal meaning. */
    CONVERTED("converted"),
    /** Only a value that asks for nothing is accepted; any other value is refused. */
    DEFAULT_ONLY("default only"),
    /** The value has no effect beyond the transport, and is left out. */
    NO_EFFECT("no effect"),
    /** The value is left out, and the result names the field. */
    OMITTED("left out and named"),
    /** The value is refused. */
    REFUSED("refused");

    private final String words;

    Handling(String words) {
        this.words = words;
    }

    /** Returns the word that the documentation uses. */
    public String words() {
        return words;
    }
}
