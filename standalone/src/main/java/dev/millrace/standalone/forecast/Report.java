package dev.millrace.standalone.forecast;

/** Takes what would become of each line, and tells it. One thread. */
public interface Report {
    /** One more line. */
    void add(Line line, Destiny destiny);

    /** No more lines; tells whether all would be sent. */
    boolean end();
}
