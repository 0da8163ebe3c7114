package dev.millrace.producer;

/**
 * A line of a batch file.
 *
 * @param number from 1, blank lines counted
 * @param bytes the line without its line break; of a line over the limit only its beginning
 * @param size of the whole line, in bytes
 */
public record BatchLine(long number, byte[] bytes, long size) {

    /** Whether the line is over the limit, so that only its beginning is here. */
    public boolean isOversize() {
        return size > bytes.length;
    }
}
