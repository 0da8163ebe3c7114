package dev.millrace.producer;

/**
 * A line of a batch file.
 *
 * @param number line number from 1, including blank lines
 * @param bytes the line without its line break, or the beginning of an oversize line
 * @param size size of the whole line, in bytes
 */
public record BatchLine(long number, byte[] bytes, long size) {

    /** Returns true if the line exceeds the limit, so that only its beginning is available. */
    public boolean isOversize() {
        return size > bytes.length;
    }
}
