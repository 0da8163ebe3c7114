/** Names and codecs of the {@code millrace-…} headers, which Millrace adds to records. */
@NullMarked
package dev.millrace.contracts.header;

import org.jspecify.annotations.NullMarked;
