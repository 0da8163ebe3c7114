package dev.millrace.gateway.file;

import java.time.Duration;

/**
 * The limits of uploaded files.
 *
 * @param maxBytes maximum size of a file
 * @param maxLines maximum number of lines of a file that are not blank
 * @param maxTenantFiles maximum number of files of a tenant
 * @param maxTenantBytes maximum size of all files of a tenant
 * @param retention time after which a file is deleted
 */
public record FileLimits(
        long maxBytes,
        long maxLines,
        long maxTenantFiles,
        long maxTenantBytes,
        Duration retention) {
    /** Creates limits of single files, without a limit for a tenant's total. */
    public FileLimits(long maxBytes, long maxLines, Duration retention) {
        this(maxBytes, maxLines, Long.MAX_VALUE, Long.MAX_VALUE, retention);
    }
}
