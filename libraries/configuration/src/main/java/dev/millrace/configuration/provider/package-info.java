/**
 * The settings in which providers of one wire differ: the header of the key, the path of each url,
 * and the way to reach the provider.
 *
 * <p>Values that any thread may use; only {@link dev.millrace.configuration.provider.TlsSettings}
 * reads files. Depends on the module {@code yaml}.
 */
@NullMarked
package dev.millrace.configuration.provider;

import org.jspecify.annotations.NullMarked;
