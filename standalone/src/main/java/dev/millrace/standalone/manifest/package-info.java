/** The manifests of published batches: how many lines, when and by whom. */
@NullMarked
package dev.millrace.standalone.manifest;

import org.jspecify.annotations.NullMarked;
