/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.reader.binding;

import org.jspecify.annotations.NullMarked;
