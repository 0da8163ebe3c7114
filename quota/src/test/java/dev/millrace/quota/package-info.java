/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.quota;

import org.jspecify.annotations.NullMarked;
