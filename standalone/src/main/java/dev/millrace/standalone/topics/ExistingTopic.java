package dev.millrace.standalone.topics;

import java.util.Map;

/**
 * A topic as the cluster has it.
 *
 * @param configs every configuration in effect, the broker's defaults among them
 */
record ExistingTopic(int partitions, Map<String, String> configs) {}
