@NullMarked
package dev.millrace.standalone.cli.status;

import org.jspecify.annotations.NullMarked;
