/**
 * Where a gateway stores files.
 *
 * <p>Values only, safe on any thread. Depends on the config reader.
 */
@NullMarked
package dev.millrace.contracts.config.storage;

import org.jspecify.annotations.NullMarked;
