/** Tests of the manifests of published batches. */
@NullMarked
package dev.millrace.standalone.manifest;

import org.jspecify.annotations.NullMarked;
