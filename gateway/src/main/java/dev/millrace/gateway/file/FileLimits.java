package dev.millrace.gateway.file;

import java.time.Duration;

/**
 * The limits of uploaded files.
 *
 * @param maxBytes maximum size of a file
 * @param maxLines maximum number of lines of a file that are not blank
 * @param retention time after which a file is deleted
 */
public record FileLimits(long maxBytes, long maxLines, Duration retention) {}
