/** Names and settings of the topics. Pure values; nothing here talks to a broker. */
@NullMarked
package dev.millrace.contracts.topic;

import org.jspecify.annotations.NullMarked;
