/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.reader.document;

import org.jspecify.annotations.NullMarked;
