/** Tests of the names and manifests of published batches. */
@NullMarked
package dev.millrace.standalone.publish;

import org.jspecify.annotations.NullMarked;
