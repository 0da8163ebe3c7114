/**
 * What stands in the control topic: keys and codecs of its records. Pure values; nothing here talks
 * to a broker.
 */
@NullMarked
package dev.millrace.contracts.control;

import org.jspecify.annotations.NullMarked;
