/** Tests of uploaded files. */
@NullMarked
package dev.millrace.gateway.file;

import org.jspecify.annotations.NullMarked;
