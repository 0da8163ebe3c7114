/** Tests of what {@code millrace status} shows. */
@NullMarked
package dev.millrace.standalone.status;

import org.jspecify.annotations.NullMarked;
