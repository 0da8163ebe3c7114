package dev.millrace.standalone.run.journal;

/**
 * All lines of a file that one run submitted.
 *
 * @param number from 1
 */
public record Generation(long file, int number) {}
