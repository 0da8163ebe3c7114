/**
 * The connection of a command to a running pipeline. {@link
 * dev.millrace.standalone.client.PipelineClient} reads and writes the cluster's topics; {@link
 * dev.millrace.standalone.client.ChangeMetadata} names who changes something, when and why; {@link
 * dev.millrace.standalone.client.BrokerProbe} refuses addresses that are no Kafka. Runs on the
 * command's thread.
 */
@NullMarked
package dev.millrace.standalone.client;

import org.jspecify.annotations.NullMarked;
