/**
 * Model files and traces, both in the safetensors format.
 */
package chainrule.io;
