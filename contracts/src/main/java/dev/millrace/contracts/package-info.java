/**
 * Records, headers, topics, error taxonomy, catalog, prices and configuration: what all modules
 * agree on.
 */
@NullMarked
package dev.millrace.contracts;

import org.jspecify.annotations.NullMarked;
