/** Tests of the forms of batch files. */
@NullMarked
package dev.millrace.producer.file;

import org.jspecify.annotations.NullMarked;
