package dev.millrace.standalone.cluster;

import java.util.Map;

/**
 * The state of a topic in the cluster.
 *
 * @param configs every configuration in effect, including the broker's defaults
 */
record ExistingTopic(int partitions, Map<String, String> configs) {}
