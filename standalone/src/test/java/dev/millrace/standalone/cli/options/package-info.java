@NullMarked
package dev.millrace.standalone.cli.options;

import org.jspecify.annotations.NullMarked;
