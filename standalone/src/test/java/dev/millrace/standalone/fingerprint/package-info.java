/** Tests of the table of fingerprints. */
@NullMarked
package dev.millrace.standalone.fingerprint;

import org.jspecify.annotations.NullMarked;
