/**
 * What differs between providers of one wire: where the key goes, and the path of each url.
 *
 * <p>Values only, safe on any thread. Depends on the module {@code config-reader}.
 */
@NullMarked
package dev.millrace.contracts.config.provider;

import org.jspecify.annotations.NullMarked;
