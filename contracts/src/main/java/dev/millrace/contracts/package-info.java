/**
 * The formats that all modules share: records, headers, topics, error codes, model catalog, prices
 * and configuration.
 */
@NullMarked
package dev.millrace.contracts;

import org.jspecify.annotations.NullMarked;
