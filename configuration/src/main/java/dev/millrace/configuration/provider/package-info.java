/**
 * What differs between providers of one wire: where the key goes, the path of each url, and how the
 * provider is reached.
 *
 * <p>Values that any thread may use; only {@link
 * dev.millrace.configuration.provider.CertificateFile} reads a file. Depends on the module {@code
 * yaml}.
 */
@NullMarked
package dev.millrace.configuration.provider;

import org.jspecify.annotations.NullMarked;
