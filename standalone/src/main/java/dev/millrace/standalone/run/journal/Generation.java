package dev.millrace.standalone.run.journal;

/**
 * Identifies the lines of a file that were submitted together.
 *
 * @param file id of the file
 * @param number number of the generation of the file, from 1
 */
public record Generation(long file, int number) {}
