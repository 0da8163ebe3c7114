/** Creates files and folders that only the user who runs Millrace may read. */
@NullMarked
package dev.millrace.contracts.file;

import org.jspecify.annotations.NullMarked;
