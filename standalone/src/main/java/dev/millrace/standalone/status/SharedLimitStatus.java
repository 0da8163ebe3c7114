package dev.millrace.standalone.status;

import dev.millrace.quota.LimitUsage;

/**
 * A limit that workers share.
 *
 * @param path the limit's path in the configuration
 */
public record SharedLimitStatus(String path, LimitUsage.Use use) {}
